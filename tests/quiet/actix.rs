use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header::HeaderValue},
    middleware::{Compress, Logger as AccessLog, Next, NormalizePath, from_fn},
    web::{self, Bytes, ServiceConfig, get, scope},
};
use futures_util::stream;
use healthz_core::Registry;
use healthz_serving::actix::{Ends, run};
use healthz_testkit::Server;
use tokio::time::sleep;
use tracing_actix_web::TracingLogger;

use crate::{
    capture::Capture,
    scenario::{self, Logger, scenario},
    site::{self, CHUNKS, SLOW, impostor, turned},
};

/// Defines `serve` with a logger.
macro_rules! serve {
    ($logger:expr) => {
        fn serve(registry: &Registry, logger: Logger) -> Server {
            let registry = registry.clone();
            let app = |registry: &_| App::new().configure(|app| crate::actix::site(app, registry));
            match logger {
                Logger::AsItIs => run(1, Ends::Gracefully, move || app(&registry).wrap($logger)),
                Logger::Quiet => run(1, Ends::Gracefully, move || {
                    app(&registry).wrap(healthz_actix::quiet(&registry, $logger))
                }),
            }
        }
    };
}

serve!(AccessLog::default());
scenario!(serve);

/// A format of one's own, with header fields of both sides and both forms of the time.
mod own_format {
    use super::*;

    serve!(
        AccessLog::new("%{r}a %r %s %b %{Host}i %{Content-Type}o %{Cache-Control}o took %T = %Dms")
            .log_target("access")
            .log_level(log::Level::Warn)
    );
    scenario!(serve);
}

mod middleware_fn {
    use super::*;

    serve!(from_fn(access));
    scenario!(serve);

    async fn access<B: MessageBody>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, actix_web::Error> {
        let line = format!("{} {}", request.method(), request.uri());
        let response = next.call(request).await?;
        log::info!(target: "access", "{line} {}", response.status());
        Ok(response)
    }
}

/// A logger in a task of its own, where nothing can be put aside for it.
mod spawning {
    use super::*;

    serve!(from_fn(access));

    #[test]
    fn healthy_probe_is_answered() {
        let probe = [("GET", "/healthz/ready", 200), ("GET", "/healthz/down", 503)];
        let lines = scenario::lines(serve, "/healthz", Logger::Quiet, &probe);
        assert_eq!(lines.len(), 2, "{lines:?}");
    }

    async fn access<B: MessageBody + 'static>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, actix_web::Error> {
        let response = actix_web::rt::spawn(next.call(request)).await.unwrap()?;
        log::info!(target: "access", "{}", response.status());
        Ok(response)
    }
}

#[test]
fn every_line_has_its_true_time() {
    scenario::every_line_has_its_true_time(serve, "");
}

/// Middleware that counts the requests in flight, where the documentation wants it and where not.
mod in_flight {
    use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

    use super::*;

    static AROUND: AtomicI32 = AtomicI32::new(0);
    static GUARDED: AtomicI32 = AtomicI32::new(0);
    static INSIDE: AtomicI32 = AtomicI32::new(0);

    #[test]
    fn a_counter_belongs_around_quiet_or_counts_down_in_a_destructor() {
        let _capture = Capture::start();
        let registry = site::registry("/healthz");
        let server = run(1, Ends::Gracefully, move || {
            App::new()
                .service(healthz_actix::routes(&registry))
                .wrap(healthz_actix::quiet(&registry, from_fn(inside)))
                .wrap(healthz_actix::quiet(&registry, from_fn(guarded)))
                .wrap(from_fn(around))
        });
        for path in ["/healthz/ready", "/healthz/down", "/nowhere"].repeat(10) {
            let _ = server.get(path);
        }
        drop(server);
        let counts = [&AROUND, &GUARDED, &INSIDE].map(|count| count.load(Relaxed));
        assert_eq!(counts, [0, 0, 10]);
    }

    async fn around<B: MessageBody>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, actix_web::Error> {
        count(&AROUND, request, next).await
    }

    async fn inside<B: MessageBody>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, actix_web::Error> {
        count(&INSIDE, request, next).await
    }

    async fn count<B: MessageBody>(
        count: &AtomicI32,
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, actix_web::Error> {
        count.fetch_add(1, Relaxed);
        let response = next.call(request).await;
        count.fetch_sub(1, Relaxed);
        response
    }

    async fn guarded<B: MessageBody>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, actix_web::Error> {
        struct Guard;
        impl Drop for Guard {
            fn drop(&mut self) {
                GUARDED.fetch_sub(1, Relaxed);
            }
        }
        GUARDED.fetch_add(1, Relaxed);
        let _guard = Guard;
        next.call(request).await
    }
}

#[test]
fn a_probe_whose_path_is_rewritten_inside_leaves_no_line() {
    let trimmed = |registry: &Registry, _| {
        let registry = registry.clone();
        run(1, Ends::Gracefully, move || {
            App::new()
                .service(healthz_actix::routes(&registry))
                .wrap(NormalizePath::trim())
                .wrap(healthz_actix::quiet(&registry, AccessLog::default()))
        })
    };
    let requests = [("GET", "/healthz/live/", 200), ("GET", "/healthz/down/", 503)];
    assert_eq!(scenario::lines(trimmed, "/healthz", Logger::Quiet, &requests).len(), 1);
}

#[test]
fn another_registrys_probe_leaves_its_lines() {
    let elsewhere = |registry: &Registry, _| {
        let registry = registry.clone();
        let own = Registry::builder().prefix("/own").liveness("live", []).build().unwrap();
        run(1, Ends::Gracefully, move || {
            App::new()
                .service(healthz_actix::routes(&registry))
                .service(healthz_actix::routes(&own))
                .wrap(healthz_actix::quiet(&own, AccessLog::default()))
        })
    };
    let requests = [("GET", "/healthz/live", 200), ("GET", "/own/live", 200)];
    assert_eq!(scenario::lines(elsewhere, "/healthz", Logger::Quiet, &requests).len(), 1);
}

#[test]
fn two_registries_are_quiet_each_by_itself() {
    let both = |registry: &Registry, _| {
        let registry = registry.clone();
        let own = Registry::builder().prefix("/own").liveness("live", []).build().unwrap();
        run(1, Ends::Gracefully, move || {
            let quiet = healthz_actix::quiet(&registry, AccessLog::default());
            App::new()
                .service(healthz_actix::routes(&registry))
                .service(healthz_actix::routes(&own))
                .wrap(healthz_actix::quiet(&own, quiet))
        })
    };
    let healthy = [("GET", "/healthz/live", 200), ("GET", "/own/live", 200)];
    assert_eq!(scenario::lines(both, "/healthz", Logger::Quiet, &healthy), [""; 0]);
    let others = [("GET", "/healthz/down", 503), ("GET", "/own/nowhere", 404)];
    assert_eq!(scenario::lines(both, "/healthz", Logger::Quiet, &others).len(), 2);
}

mod tracing_logger {
    use super::*;

    serve!(TracingLogger::default());

    #[test]
    fn healthy_probe_leaves_a_span_without_outcome() {
        let probe = [("GET", "/healthz/ready", 200)];
        let lines = |logger| scenario::lines(serve, "/healthz", logger, &probe);
        let status = |lines: &[String]| lines.iter().any(|line| line.contains("status_code=200"));
        let (loud, quiet) = (lines(Logger::AsItIs), lines(Logger::Quiet));
        assert_eq!(quiet.len(), loud.len(), "{quiet:?}");
        assert!(status(&loud) && !status(&quiet), "{quiet:?}");
    }
}

fn site(app: &mut ServiceConfig, registry: &Registry) {
    let ours = || healthz_actix::routes(registry);
    app.service(scope("/admin").service(ours()))
        .service(scope("/dressed").wrap(from_fn(dress)).wrap(Compress::default()).service(ours()))
        .service(scope("/locked").wrap(from_fn(refuse)).service(ours()))
        .service(scope("/turned").wrap(from_fn(turn)).service(ours()))
        .service(ours())
        .route("/impostor/healthz/live", get().to(pose))
        .route("/hello", get().to(async || "hello"))
        .route("/hello", web::head().to(async || "hello"))
        .route("/broken", get().to(HttpResponse::InternalServerError))
        .route("/slow", get().to(slow))
        .route("/stream", get().to(stream));
}

async fn dress<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let headers = site::REPLACED.into_iter().chain([("access-control-allow-origin", "*")]);
    for (name, value) in headers {
        let name = actix_web::http::header::HeaderName::from_static(name);
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

async fn refuse<B: MessageBody>(
    request: ServiceRequest,
    _: Next<B>,
) -> Result<ServiceResponse, actix_web::Error> {
    Ok(request.into_response(HttpResponse::Unauthorized().body("who are you?")))
}

async fn turn<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let status = turned(response.status().as_u16());
    *response.response_mut().status_mut() = StatusCode::from_u16(status).unwrap();
    Ok(response)
}

async fn pose() -> HttpResponse {
    let mut response = HttpResponse::Ok();
    for header in impostor::HEADERS {
        response.insert_header(header);
    }
    response.body(impostor::BODY)
}

async fn slow() -> &'static str {
    sleep(SLOW).await;
    "slow"
}

async fn stream() -> HttpResponse {
    let length = CHUNKS.concat().len() as u64;
    let chunks =
        CHUNKS.map(|chunk| Ok::<_, actix_web::Error>(Bytes::from_static(chunk.as_bytes())));
    HttpResponse::Ok().no_chunking(length).streaming(stream::iter(chunks))
}
