use std::{convert::Infallible, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode},
    middleware::{Next, from_fn, map_response},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use axum_tracing_opentelemetry::middleware::OtelAxumLayer;
use futures_util::stream;
use healthz_core::Registry;
use healthz_serving::axum::run;
use healthz_testkit::Server;
use tokio::time::sleep;
use tower::ServiceBuilder;
use tower_http::{
    compression::{CompressionLayer, predicate::SizeAbove},
    cors::CorsLayer,
    decompression::RequestDecompressionLayer,
    limit::RequestBodyLimitLayer,
    trace::{DefaultMakeSpan, DefaultOnEos, DefaultOnRequest, DefaultOnResponse, TraceLayer},
};
use tracing::Level;

use crate::{
    capture::Capture,
    scenario::{self, Logger, scenario},
    site::{self, CHUNKS, SLOW, impostor},
};

/// Defines `serve` with a logger.
macro_rules! serve {
    ($logger:expr) => {
        fn serve(registry: &healthz_core::Registry, logger: Logger) -> healthz_testkit::Server {
            let app = crate::axum::app(registry);
            healthz_serving::axum::run(match logger {
                Logger::AsItIs => app.layer($logger),
                Logger::Quiet => app.layer(healthz_axum::quiet(registry, $logger)),
            })
        }
    };
}

serve!(TraceLayer::new_for_http());
scenario!(serve);

/// A [`TraceLayer`] that says everything at INFO.
mod info_level {
    use super::*;

    serve!(
        TraceLayer::new_for_http()
            .make_span_with(DefaultMakeSpan::new().level(Level::INFO).include_headers(true))
            .on_request(DefaultOnRequest::new().level(Level::INFO))
            .on_response(DefaultOnResponse::new().level(Level::INFO))
            .on_eos(DefaultOnEos::new().level(Level::INFO))
    );
    scenario!(serve);
}

mod older_tower_http {
    use super::*;

    serve!(tower_http_06::trace::TraceLayer::new_for_http());
    scenario!(serve);
}

mod middleware_fn {
    use super::*;

    serve!(from_fn(access));
    scenario!(serve);

    async fn access(request: Request, next: Next) -> Response {
        let (line, since) = (format!("{} {}", request.method(), request.uri()), Instant::now());
        log::info!(target: "access", "{line} ...");
        let response = next.run(request).await;
        log::info!(target: "access", "{line} {} {:?}", response.status(), since.elapsed());
        response
    }
}

mod otel {
    use super::*;

    serve!(OtelAxumLayer::default());
    scenario!(serve);
}

/// A logger with other layers inside and outside, in one stack.
mod service_builder {
    use super::*;

    fn serve(registry: &Registry, logger: Logger) -> Server {
        let app = super::app(registry);
        let gzip = CompressionLayer::new();
        let trace = TraceLayer::new_for_http();
        run(match logger {
            Logger::AsItIs => {
                app.layer(ServiceBuilder::new().map_response(site::dress).layer(trace).layer(gzip))
            }
            Logger::Quiet => {
                let trace = healthz_axum::quiet(registry, trace);
                app.layer(ServiceBuilder::new().map_response(site::dress).layer(trace).layer(gzip))
            }
        })
    }

    scenario!(serve);
}

#[test]
fn other_routes_keep_their_latency() {
    let lines = scenario::lines(serve, "/healthz", Logger::Quiet, &[("GET", "/slow", 200)]);
    let latency = lines.iter().find_map(|line| line.split_once("latency=")?.1.split_once(" ms"));
    let latency: u128 = latency.unwrap().0.parse().unwrap();
    assert!(latency >= SLOW.as_millis(), "{lines:?}");
}

#[test]
fn another_registrys_probe_leaves_its_lines() {
    let elsewhere = |registry: &Registry, logger| {
        let own = Registry::builder().prefix("/own").liveness("live", []).build().unwrap();
        let app = app(registry);
        run(match logger {
            Logger::AsItIs => app.layer(TraceLayer::new_for_http()),
            Logger::Quiet => app.layer(healthz_axum::quiet(&own, TraceLayer::new_for_http())),
        })
    };
    let lines = |logger| {
        scenario::lines(elsewhere, "/healthz", logger, &[("GET", "/healthz/live", 200)]).len()
    };
    assert_eq!(lines(Logger::Quiet), lines(Logger::AsItIs));
}

/// Inside layers that change the type of the request's body.
mod other_bodies {
    use super::*;

    const LIMIT: usize = 64;

    /// `hello`, by gzip.
    const HELLO: [u8; 25] = *b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00";

    fn serve(registry: &Registry, logger: Logger) -> Server {
        let length = post(async |body: String| body.len().to_string());
        let app = super::app(registry).route("/length", length);
        let outer = ServiceBuilder::new()
            .layer(RequestBodyLimitLayer::new(LIMIT))
            .layer(RequestDecompressionLayer::new());
        let trace = TraceLayer::new_for_http();
        run(match logger {
            Logger::AsItIs => app.layer(outer.layer(trace)),
            Logger::Quiet => app.layer(outer.layer(healthz_axum::quiet(registry, trace))),
        })
    }

    scenario!(serve);

    #[test]
    fn a_body_passes_as_the_layers_have_it() {
        let _capture = Capture::start();
        let server = serve(&site::registry("/healthz"), Logger::Quiet);
        let post = |body: &[u8], encoding: &str| {
            let length = body.len();
            let head = format!(
                "POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                 Content-Length: {length}\r\n{encoding}\r\n"
            );
            server.connect().try_send([head.as_bytes(), body].concat()).unwrap()
        };
        assert_eq!(post(b"four", "").body(), "4");
        assert_eq!(post(&HELLO, "Content-Encoding: gzip\r\n").body(), "5");
        assert_eq!(post(&[b'x'; LIMIT + 1], "").status(), 413);
    }
}

fn app(registry: &Registry) -> Router {
    let ours = || healthz_axum::routes(registry);
    let dressed = ServiceBuilder::new()
        .layer(CorsLayer::permissive())
        .map_response(site::dress)
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(0)));
    let turned = async |mut response: Response| {
        let status = site::turned(response.status().as_u16());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response
    };
    let locked = async |_: Request, _: Next| StatusCode::UNAUTHORIZED;
    Router::new()
        .merge(ours())
        .nest("/admin", ours())
        .nest("/dressed", ours().layer(dressed))
        .nest("/locked", ours().layer(from_fn(locked)))
        .nest("/turned", ours().layer(map_response(turned)))
        .route("/impostor/healthz/live", get(pose))
        .route("/hello", get(async || "hello"))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route("/slow", get(async || sleep(SLOW).await))
        .route("/stream", get(stream))
        .fallback(async || StatusCode::NOT_FOUND)
}

async fn pose() -> impl IntoResponse {
    let headers = impostor::HEADERS
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    (headers, impostor::BODY)
}

async fn stream() -> impl IntoResponse {
    let length = CHUNKS.concat().len();
    let chunks = stream::iter(CHUNKS.map(Ok::<_, Infallible>));
    ([("content-length", length.to_string())], Body::from_stream(chunks))
}
