use ::rocket::{
    Data, Request, Response, Route,
    fairing::AdHoc,
    http::{Method, Status},
    route::{BoxFuture, Outcome},
};
use healthz_core::Registry;
use healthz_serving::rocket::{config, run};
use healthz_testkit::Server;

use crate::Redirect;

fn serve(registry: &Registry, redirect: Redirect) -> Server {
    let ours = registry.clone();
    let app = ::rocket::custom(config())
        .mount("/", healthz_rocket::routes(registry))
        .mount("/", [Route::new(Method::Get, "/hello", hello)])
        .attach(AdHoc::on_response("to https", move |request, response| {
            let is_ours = ours.tail(&request.uri().path().as_str()[1..]).is_some();
            Box::pin(async move {
                if redirect == Redirect::AroundEverything || !is_ours {
                    to_https(request, response);
                }
            })
        }));
    run(app)
}

fn to_https(request: &Request<'_>, response: &mut Response<'_>) {
    if request.headers().get_one("x-forwarded-proto") == Some("https") {
        return;
    }
    let host = request.headers().get_one("host").unwrap_or_default();
    let target = format!("https://{host}{}", request.uri());
    *response = Response::build()
        .status(Status::PermanentRedirect)
        .raw_header("location", target)
        .finalize();
}

fn hello<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move { Outcome::from(request, "hello") })
}

crate::redirect!(serve);
