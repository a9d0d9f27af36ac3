//! Whole requests inside a framework, with our routes and with the bare handler.

use std::hint::black_box;

use actix_web::{
    App,
    dev::{HttpServiceFactory, Service as _},
    test::{TestRequest, init_service},
    web,
};
use axum::{Router, body::Body, http::Request, routing::get};
use healthz_benches::{
    bare,
    state::{PATH, ready},
};
use healthz_core::Registry;
use tokio::runtime::Runtime;
use tower_service::Service as _;
use warp::Filter;

use crate::{callgrind::rounds, core::state};

const ROUNDS: u32 = 1000;

pub(crate) fn run(runtime: &Runtime, framework: &str, case: &str) {
    let registry = state(runtime, case);
    match (framework, registry) {
        ("axum", registry) => axum(axum_app(registry.as_ref())),
        // As `axum::serve` does for every connection.
        ("axum-served", registry) => axum(axum_app(registry.as_ref()).with_state(())),
        ("axum-connection", _) => axum_connection(case.parse().ok()),
        ("actix", Some(registry)) => actix(healthz_actix::routes(&registry)),
        ("actix", None) => actix(bare::actix::routes()),
        ("warp", Some(registry)) => warp(healthz_warp::routes(&registry)),
        ("warp", None) => warp(bare::warp::routes()),
        _ => panic!("no case `{framework} {case}`"),
    }
}

fn axum_app(registry: Option<&Registry>) -> Router {
    let routes = registry.map_or_else(bare::axum::routes, healthz_axum::routes);
    Router::new().route("/", get(|| async { "hello" })).merge(routes)
}

fn axum(mut app: Router) {
    rounds(
        ROUNDS,
        || (),
        || {
            let request = Request::get(PATH).body(Body::empty()).expect("a request");
            let Ok(response) = ready(app.call(request));
            assert_eq!(response.status(), 200);
        },
    );
}

/// What `axum::serve` does with the application for a connection, from its beginning to its end.
fn axum_connection(endpoints: Option<u32>) {
    let registry = endpoints.map(|endpoints| {
        let builder = (0..endpoints)
            .fold(Registry::builder(), |builder, i| builder.liveness(format!("endpoint-{i}"), []));
        builder.build().expect("a valid registry")
    });
    let app = axum_app(registry.as_ref());
    rounds(ROUNDS, || (), || drop(black_box(app.clone().with_state::<()>(()))));
}

fn actix(routes: impl HttpServiceFactory + 'static) {
    let app = App::new().service(routes).route("/", web::get().to(|| async { "hello" }));
    let app = ready(init_service(app));
    rounds(
        ROUNDS,
        || (),
        || {
            let response = ready(app.call(TestRequest::get().uri(PATH).to_request()));
            assert_eq!(response.expect("a response").status(), 200);
        },
    );
}

fn warp<F>(routes: F)
where
    F: Filter<Extract = (warp::reply::Response,), Error = warp::Rejection> + Clone,
{
    let hello = warp::path::end().map(|| "hello");
    let mut app = warp::service(routes.or(hello));
    rounds(
        ROUNDS,
        || (),
        || {
            let request = Request::get(PATH).body(String::new()).expect("a request");
            let Ok(response) = ready(app.call(request));
            assert_eq!(response.status(), 200);
        },
    );
}
