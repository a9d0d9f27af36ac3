use ::warp::{Filter, Rejection, Reply, host::Authority, http::Uri, path::FullPath};
use healthz_core::Registry;
use healthz_serving::warp::run;
use healthz_testkit::Server;

use crate::Redirect;

fn serve(registry: &Registry, redirect: Redirect) -> Server {
    let hello = ::warp::path!("hello").and(::warp::get()).map(|| "hello");
    let ours = healthz_warp::routes(registry);
    run(match redirect {
        Redirect::AroundTheRest => ours.or(to_https()).or(hello).map(Reply::into_response).boxed(),
        Redirect::AroundEverything => {
            to_https().or(ours).or(hello).map(Reply::into_response).boxed()
        }
    })
}

/// Redirects what did not come by HTTPS, and rejects what did.
fn to_https() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
    ::warp::header::optional("x-forwarded-proto")
        .and(::warp::host::optional())
        .and(::warp::path::full())
        .and_then(async |scheme: Option<String>, host: Option<Authority>, path: FullPath| {
            let host = host.filter(|_| scheme.as_deref() != Some("https"));
            let target = host.map(|host| format!("https://{host}{}", path.as_str()).parse::<Uri>());
            match target {
                Some(Ok(target)) => Ok(::warp::redirect::permanent(target)),
                _ => Err(::warp::reject()),
            }
        })
}

crate::redirect!(serve);
