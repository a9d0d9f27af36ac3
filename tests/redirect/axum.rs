use ::axum::{
    Router,
    extract::Request,
    http::{HeaderMap, Uri},
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect as Reply, Response},
    routing::get,
};
use healthz_core::Registry;
use healthz_serving::axum::run;
use healthz_testkit::Server;

use crate::Redirect;

fn serve(registry: &Registry, redirect: Redirect) -> Server {
    let hello = Router::new().route("/hello", get(|| async { "hello" }));
    let ours = healthz_axum::routes(registry);
    run(match redirect {
        Redirect::AroundTheRest => hello.layer(from_fn(to_https)).merge(ours),
        Redirect::AroundEverything => hello.merge(ours).layer(from_fn(to_https)),
    })
}

async fn to_https(headers: HeaderMap, uri: Uri, request: Request, next: Next) -> Response {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-forwarded-proto") == Some("https") {
        return next.run(request).await;
    }
    let host = header("host").unwrap_or_default();
    Reply::permanent(&format!("https://{host}{uri}")).into_response()
}

crate::redirect!(serve);
