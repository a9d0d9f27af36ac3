//! The layer of `quiet` among other services of tower.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    convert::Infallible,
    io::{self, ErrorKind},
    time::Duration,
};

use bytes::Bytes;
use healthz_core::{HealthError, Registry, check_fn};
use healthz_tower::{Routes, is_quiet};
use http::{Request, Response};
use http_body_util::{Either, Empty, Full};
use tokio::{task::yield_now, time::timeout};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};
use tower_http::trace::TraceLayer;

/// No test waits longer for anything.
const LIMIT: Duration = Duration::from_secs(60);

fn registry() -> Registry {
    let registry = Registry::builder()
        .liveness("live", [])
        .endpoint("down", check_fn(async || Err(HealthError::new("no database"))))
        .endpoint("later", check_fn(later));
    registry.build().unwrap()
}

async fn later() -> Result<(), HealthError> {
    yield_now().await;
    Ok(())
}

/// The health endpoints beside an application that answers everything else with `hello`, at once
/// or, if the path says so, later.
async fn site<B>(health: Routes, request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    if let Some(answer) = health.answer(&request) {
        return answer.await;
    }
    if request.uri().path().ends_with("later") {
        yield_now().await;
    }
    Ok(Response::new(Full::from("hello")))
}

fn ask(path: &str) -> Request<Empty<Bytes>> {
    Request::get(path).body(Empty::new()).unwrap()
}

/// One permit: a layer that keeps what its service reserved, or calls what is not ready, hangs or
/// panics.
#[tokio::test]
async fn behind_a_buffer_no_permit_is_lost() {
    let registry = registry();
    let health = healthz_tower::routes(&registry);
    let mut service = ServiceBuilder::new()
        .buffer(8)
        .layer(healthz_tower::quiet(&registry, TraceLayer::new_for_http()))
        .concurrency_limit(1)
        .service(service_fn(move |request| site(health.clone(), request)));
    let paths = ["/healthz/live", "/hello", "/healthz/down", "/healthz/later", "/x/healthz/later"];
    for path in paths.repeat(20) {
        let answer = async { service.ready().await.unwrap().call(ask(path)).await };
        let answer = timeout(LIMIT, answer).await;
        let response = answer.unwrap_or_else(|_| panic!("{path} hangs")).unwrap();
        assert_eq!(response.status() == 503, path.ends_with("down"), "{path}");
        let probe = matches!(path, "/healthz/live" | "/healthz/later");
        assert_eq!(is_quiet(&response), probe, "{path}");
    }
}

/// What is not ready for the application is not ready with the layer around it.
#[tokio::test]
async fn readiness_is_the_applications() {
    let registry = registry();
    let health = healthz_tower::routes(&registry);
    let service = ServiceBuilder::new()
        .layer(healthz_tower::quiet(&registry, TraceLayer::new_for_http()))
        .load_shed()
        .concurrency_limit(1)
        .service(service_fn(move |request| site(health.clone(), request)));
    // The permit is taken by who was made ready, and given back with it.
    let mut ready = service.clone();
    ready.ready().await.unwrap();
    let refused = service.clone().oneshot(ask("/hello")).await;
    assert!(refused.is_err_and(|error| error.is::<tower::load_shed::error::Overloaded>()));
    drop(ready);
    assert_eq!(service.oneshot(ask("/hello")).await.unwrap().status(), 200);
}

/// An error is the application's own, whether the logger saw the request come or not.
#[tokio::test]
async fn errors_pass() {
    let registry = registry();
    let fails = |request: Request<Empty<Bytes>>| async move {
        if request.uri().path().ends_with("later") {
            yield_now().await;
        }
        Err::<Response<Full<Bytes>>, BoxError>(io::Error::from(ErrorKind::BrokenPipe).into())
    };
    let logger = healthz_tower::quiet(&registry, TraceLayer::new_for_http());
    let service = ServiceBuilder::new().layer(logger).service(service_fn(fails));
    for path in ["/hello", "/x/healthz/live", "/x/healthz/later"] {
        let error = service.clone().oneshot(ask(path)).await.err().unwrap();
        assert!(error.is::<io::Error>(), "{path}: {error}");
    }
}

/// Only a healthy probe comes past the logger.
#[tokio::test]
async fn a_healthy_probe_goes_past_the_logger_and_nothing_else_does() {
    let registry = registry();
    let health = healthz_tower::routes(&registry);
    let logger = healthz_tower::quiet(&registry, TraceLayer::new_for_http());
    let service = ServiceBuilder::new()
        .layer(logger)
        .service(service_fn(move |request| site(health.clone(), request)));
    for (path, past) in [
        ("/healthz/live", true),
        ("/healthz/later", true),
        ("/healthz/down", false),
        ("/healthz/nowhere", false),
        ("/x/healthz/later", false),
        ("/hello", false),
    ] {
        let response = service.clone().oneshot(ask(path)).await.unwrap();
        assert_eq!(matches!(response.body(), Either::Left(_)), past, "{path}");
    }
}
