//! Every request with the logger alone and with `quiet`, in process: all lines, spans that open and
//! close, and the application's own events, in order.

use std::{convert::Infallible, future::pending, io, panic::AssertUnwindSafe, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::StatusCode,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use axum_tracing_opentelemetry::middleware::OtelAxumLayer;
use futures_util::{FutureExt, stream};
use healthz_core::{HealthError, Registry, check_fn};
use http_body_util::BodyExt;
use tokio::{runtime, select, task::yield_now};
use tower::{Layer, ServiceExt, util::BoxCloneSyncService};
use tower_http::trace::{
    DefaultMakeSpan, DefaultOnEos, DefaultOnRequest, DefaultOnResponse, TraceLayer,
};
use tracing::Level;

use crate::{capture::Capture, scenario::tidy};

type App = BoxCloneSyncService<Request, Response, Infallible>;

/// How often a client lets everything else go on before it leaves.
const PATIENCE: usize = 50;

/// How often a handler that waits does so.
const WAITS: usize = 5;

/// Ends what the application tells in the first poll of a request.
const FIRST: &str = "first poll";

/// Requests that are logged, each of which is compared.
const LOGGED: [(&str, &str); 20] = [
    ("GET", "/orders/healthz/ready"),
    ("HEAD", "/orders/healthz/ready"),
    ("GET", "/proxy/a/healthz/ready"),
    ("GET", "/proxy/b/healthz/later"),
    ("OPTIONS", "/proxy/b/healthz/live"),
    ("POST", "/proxy/b/healthz/ready"),
    ("GET", "/proxy/a"),
    ("GET", "/at/once/healthz/live"),
    ("GET", "/hang/healthz/live"),
    ("GET", "/panic/healthz/live"),
    ("GET", "/later/panic/healthz/live"),
    ("GET", "/stream/healthz/live"),
    ("GET", "/broken/healthz/live"),
    ("GET", "/hello"),
    ("GET", "/x/healthz/live"),
    ("GET", "/healthz/down"),
    ("GET", "/healthz/slow"),
    ("GET", "/healthz/hung"),
    ("GET", "/healthz/nope"),
    ("POST", "/healthz/live"),
];

const HEALTHY: [(&str, &str); 5] = [
    ("GET", "/healthz/live"),
    ("HEAD", "/healthz/ready"),
    ("OPTIONS", "/healthz/ready?x"),
    ("GET", "/healthz/l%69ve"),
    ("GET", "/healthz/later"),
];

/// Makes the tests of a logger.
macro_rules! differential {
    ($name:ident: $logger:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn around_our_routes_it_is_exact() {
                let registry = registry();
                let quiet = |registry| healthz_axum::quiet(registry, $logger);
                let ours = || healthz_axum::routes(&registry);
                let alone = application().layer($logger).merge(ours().layer($logger));
                let quiet = application().layer($logger).merge(ours().layer(quiet(&registry)));
                compare(&App::new(alone), &App::new(quiet), |_, _| false);
            }

            #[test]
            fn around_everything_only_the_span_of_a_first_poll_is_lost() {
                let registry = registry();
                let everything = || application().merge(healthz_axum::routes(&registry));
                let alone = everything().layer($logger);
                let quiet = everything().layer(healthz_axum::quiet(&registry, $logger));
                compare(&App::new(alone), &App::new(quiet), |method, path| {
                    registry.may_be_probe(method, path)
                });
            }

            #[test]
            fn around_a_service_only_the_span_of_a_first_poll_is_lost() {
                let registry = registry();
                let everything = || application().merge(healthz_axum::routes(&registry));
                let alone = $logger.layer(everything());
                let quiet = healthz_axum::quiet(&registry, $logger).layer(everything());
                let response = |response: Response<_>| IntoResponse::into_response(response);
                let alone = ServiceExt::<Request>::map_response(alone, response);
                let response = |response: Response<_>| IntoResponse::into_response(response);
                let quiet = ServiceExt::<Request>::map_response(quiet, response);
                compare(&App::new(alone), &App::new(quiet), |method, path| {
                    registry.may_be_probe(method, path)
                });
            }
        }
    };
}

differential!(trace: TraceLayer::new_for_http());
differential!(info_level:
    TraceLayer::new_for_http()
        .make_span_with(DefaultMakeSpan::new().level(Level::INFO).include_headers(true))
        .on_request(DefaultOnRequest::new().level(Level::INFO))
        .on_response(DefaultOnResponse::new().level(Level::INFO))
        .on_eos(DefaultOnEos::new().level(Level::INFO)));
differential!(older_tower_http: tower_http_06::trace::TraceLayer::new_for_http());
differential!(middleware_fn: from_fn(access));
differential!(otel: OtelAxumLayer::default());

async fn access(request: Request, next: Next) -> Response {
    let (line, since) = (format!("{} {}", request.method(), request.uri()), Instant::now());
    log::info!(target: "access", "{line} ...");
    let response = next.run(request).await;
    log::info!(target: "access", "{line} {} {:?}", response.status(), since.elapsed());
    response
}

fn registry() -> Registry {
    let registry = Registry::builder()
        .liveness("live", [])
        .readiness("ready", check_fn(async || Ok(())))
        .endpoint("later", check_fn(later))
        .endpoint("down", check_fn(async || Err(HealthError::new("no database"))))
        .endpoint("slow", check_fn(slow))
        .endpoint("hung", check_fn(async || pending().await));
    registry.build().unwrap()
}

async fn later() -> Result<(), HealthError> {
    wait().await;
    Ok(())
}

async fn slow() -> Result<(), HealthError> {
    wait().await;
    Err(HealthError::new("too slow"))
}

async fn wait() {
    for _ in 0..WAITS {
        yield_now().await;
    }
}

/// An application with routes of its own that end like a probe's path. Each says what it does, and
/// whether that is in its first poll.
fn application() -> Router {
    let told = async |what: &'static str| {
        tracing::warn!(target: "app", "begins, {what}, {FIRST}");
        match what {
            "waits" => wait().await,
            "hangs" => pending().await,
            "panics" => panic!("at once"),
            "panics later" => {
                wait().await;
                panic!("later");
            }
            _ => return tracing::warn!(target: "app", "ends, {FIRST}"),
        }
        tracing::warn!(target: "app", "ends");
    };
    let stream = |end: Result<&'static str, io::ErrorKind>| {
        let chunks = [Ok("one "), Ok("two "), end.map_err(io::Error::from)];
        Body::from_stream(stream::iter(chunks))
    };
    Router::new()
        .route("/orders/healthz/ready", get(async move || told("waits").await))
        .route("/proxy/{*path}", any(async move || told("waits").await))
        .route(
            "/at/once/healthz/live",
            get(async move || {
                told("").await;
                StatusCode::INTERNAL_SERVER_ERROR
            }),
        )
        .route("/hang/healthz/live", get(async move || told("hangs").await))
        .route("/panic/healthz/live", get(async move || told("panics").await))
        .route("/later/panic/healthz/live", get(async move || told("panics later").await))
        .route("/stream/healthz/live", get(async move || stream(Ok("three"))))
        .route("/broken/healthz/live", get(async move || stream(Err(io::ErrorKind::BrokenPipe))))
        .route("/hello", get(async move || told("answers").await))
        .fallback(async move || {
            told("waits").await;
            StatusCode::NOT_FOUND
        })
}

/// Asserts that both leave the same of every logged request, and `quiet` nothing of a healthy
/// probe. Of requests that are `suspected`, what the application tells in its first poll is
/// compared by itself and without its span.
fn compare(alone: &App, quiet: &App, suspected: impl Fn(&str, &str) -> bool) {
    let capture = Capture::start();
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = |app: &App, method, path| {
        let status = runtime.block_on(ask(app, method, path));
        let lines: Vec<_> = capture.take().iter().map(|line| tidy(line)).collect();
        (status, lines)
    };
    for round in 1..=2 {
        for (method, path) in LOGGED {
            let [alone, quiet] = [alone, quiet].map(|app| told(app, method, path));
            let what = format!("round {round}, {method} {path}");
            assert!(!alone.1.is_empty(), "{what}");
            if suspected(method, path) {
                assert_eq!((quiet.0, apart(quiet.1)), (alone.0, apart(alone.1)), "{what}");
            } else {
                assert_eq!(quiet, alone, "{what}");
            }
        }
        for (method, path) in HEALTHY {
            assert!(!told(alone, method, path).1.is_empty());
            assert_eq!(told(quiet, method, path), (Ok(200), Vec::new()), "{method} {path}");
        }
    }
}

/// All lines but those of the application's first poll, and those without what stands around them.
fn apart(lines: Vec<String>) -> (Vec<String>, Vec<String>) {
    let (first, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|l| l.ends_with(FIRST));
    let first = first.iter().filter_map(|line| Some(line.split_once(" app: ")?.1.to_owned()));
    (others, first.collect())
}

/// Asks, reads the body to its end, and leaves where nothing comes. Returns the status, or what
/// came of it.
async fn ask(app: &App, method: &str, path: &str) -> Result<u16, &'static str> {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let answer = AssertUnwindSafe(app.clone().oneshot(request)).catch_unwind();
    let response = select! {
        answer = answer => answer.map_err(|_| "panicked")?.unwrap(),
        () = leave() => return Err("left"),
    };
    let status = response.status().as_u16();
    let body = response.into_body().collect().await;
    body.map(|_| status).map_err(|_| "broken")
}

async fn leave() {
    for _ in 0..PATIENCE {
        yield_now().await;
    }
}
