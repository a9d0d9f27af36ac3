use actix_web::{
    App, Error, Responder,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web::{Redirect as Reply, get, scope},
};
use healthz_core::Registry;
use healthz_serving::actix::{Ends, run};
use healthz_testkit::Server;

use crate::Redirect;

fn serve(registry: &Registry, redirect: Redirect) -> Server {
    let registry = registry.clone();
    let hello = || scope("").route("/hello", get().to(async || "hello"));
    match redirect {
        Redirect::AroundTheRest => run(2, Ends::AtOnce, move || {
            let rest = hello().wrap(from_fn(to_https));
            App::new().service(healthz_actix::routes(&registry)).service(rest)
        }),
        Redirect::AroundEverything => run(2, Ends::AtOnce, move || {
            let app = App::new().wrap(from_fn(to_https));
            app.service(healthz_actix::routes(&registry)).service(hello())
        }),
    }
}

async fn to_https(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let connection = request.connection_info().clone();
    if connection.scheme() == "https" {
        return next.call(request).await;
    }
    let target = format!("https://{}{}", connection.host(), request.uri());
    let response = Reply::to(target).permanent().respond_to(request.request());
    Ok(request.into_response(response).map_into_boxed_body())
}

crate::redirect!(serve);
