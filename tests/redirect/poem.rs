use ::poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Result, Route, endpoint::make_sync,
    get, web::Redirect as Reply,
};
use healthz_core::Registry;
use healthz_serving::poem::run;
use healthz_testkit::Server;

use crate::Redirect;

fn serve(registry: &Registry, redirect: Redirect) -> Server {
    let hello = || get(make_sync(|_| "hello"));
    let ours = healthz_poem::routes(registry);
    run(match redirect {
        Redirect::AroundTheRest => {
            ours.nest("/", Route::new().at("/hello", hello()).around(to_https)).boxed()
        }
        Redirect::AroundEverything => ours.at("/hello", hello()).around(to_https).boxed(),
    })
}

async fn to_https<E: Endpoint>(next: E, request: Request) -> Result<Response> {
    if request.header("x-forwarded-proto") == Some("https") {
        return Ok(next.call(request).await?.into_response());
    }
    let host = request.header("host").unwrap_or_default();
    let target = format!("https://{host}{}", request.original_uri());
    Ok(Reply::permanent(target).into_response())
}

crate::redirect!(serve);
