use std::io;

use futures_util::stream;
use healthz_core::Registry;
use healthz_serving::ntex::run;
use ntex::{
    Middleware, Service, ServiceCtx, SharedCfg, forward_ready,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    util::Bytes,
    web::{
        self, App, HttpResponse, HttpServer, ServiceConfig, WebRequest, WebResponse, get,
        middleware::Logger as AccessLog, scope,
    },
};
use tokio::time::sleep;

use crate::{
    scenario::{self, Logger, scenario},
    site::{CHUNKS, REPLACED, SLOW, impostor, turned},
};

/// Defines `serve` with a logger.
macro_rules! serve {
    ($logger:expr) => {
        serve!($logger, |registry| healthz_ntex::quiet(registry, $logger));
    };
    ($logger:expr, $quiet:expr) => {
        fn serve(registry: &healthz_core::Registry, logger: Logger) -> healthz_testkit::Server {
            let registry = registry.clone();
            macro_rules! run {
                ($wrapped:expr) => {
                    healthz_testkit::Server::start(|listener, stop| {
                        let app = async move || {
                            let site = |app: &mut _| crate::ntex::site(app, &registry);
                            App::new().configure(site).middleware($wrapped(&registry))
                        };
                        run(stop, || {
                            let server = HttpServer::new(app).workers(1).disable_signals();
                            Ok(server.listen(listener)?.run())
                        })
                    })
                };
            }
            match logger {
                Logger::AsItIs => run!(|_: &healthz_core::Registry| $logger),
                Logger::Quiet => run!($quiet),
            }
        }
    };
}

serve!(AccessLog::default());
scenario!(http1: serve);

/// A logger of one's own, with a line after the response.
mod own_middleware {
    use super::*;

    serve!(Access);
    scenario!(http1: serve);

    struct Access;

    struct Logged<S>(S);

    impl<S> Middleware<S, SharedCfg> for Access {
        type Service = Logged<S>;

        fn create(&self, service: S, _: SharedCfg) -> Logged<S> {
            Logged(service)
        }
    }

    impl<S, E> Service<WebRequest<E>> for Logged<S>
    where
        S: Service<WebRequest<E>, Response = WebResponse>,
    {
        type Response = WebResponse;
        type Error = S::Error;

        async fn call(
            &self,
            request: WebRequest<E>,
            ctx: ServiceCtx<'_, Self>,
        ) -> Result<WebResponse, S::Error> {
            let line = format!("{} {}", request.method(), request.uri());
            let response = ctx.call(&self.0, request).await?;
            log::info!(target: "access", "{line} {}", response.status());
            Ok(response)
        }
    }
}

mod elsewhere {
    use super::*;

    serve!(AccessLog::default(), |_: &Registry| {
        let own = Registry::builder().prefix("/own").liveness("live", []).build().unwrap();
        healthz_ntex::quiet(&own, AccessLog::default())
    });

    #[test]
    fn another_registrys_probe_leaves_its_lines() {
        let requests = [("GET", "/healthz/live", 200)];
        assert_eq!(scenario::lines(serve, "/healthz", Logger::Quiet, &requests).len(), 1);
    }
}

#[test]
fn every_line_has_its_true_time() {
    scenario::every_line_has_its_true_time(serve, "");
}

fn site(app: &mut ServiceConfig, registry: &Registry) {
    let ours = || healthz_ntex::routes(registry);
    app.service(scope("/admin").service(ours()))
        .service(scope("/dressed").middleware(Through::Dress).service(ours()))
        .service(scope("/locked").middleware(Through::Refuse).service(ours()))
        .service(scope("/turned").middleware(Through::Turn).service(ours()))
        .service(ours())
        .route("/impostor/healthz/live", get().to(pose))
        .route("/hello", get().to(async || "hello"))
        .route("/hello", web::head().to(async || "hello"))
        .route("/broken", get().to(async || HttpResponse::InternalServerError()))
        .route("/slow", get().to(slow))
        .route("/stream", get().to(stream));
}

/// The application's own middleware.
#[derive(Clone, Copy)]
enum Through {
    /// As compression, CORS and security header fields would leave it.
    Dress,
    Refuse,
    Turn,
}

struct Changed<S> {
    service: S,
    through: Through,
}

impl<S> Middleware<S, SharedCfg> for Through {
    type Service = Changed<S>;

    fn create(&self, service: S, _: SharedCfg) -> Changed<S> {
        Changed { service, through: *self }
    }
}

impl<S, E> Service<WebRequest<E>> for Changed<S>
where
    S: Service<WebRequest<E>, Response = WebResponse>,
{
    type Response = WebResponse;
    type Error = S::Error;

    forward_ready!(service);

    async fn call(
        &self,
        request: WebRequest<E>,
        ctx: ServiceCtx<'_, Self>,
    ) -> Result<WebResponse, S::Error> {
        if let Through::Refuse = self.through {
            return Ok(request.into_response(HttpResponse::Unauthorized().body("who are you?")));
        }
        let mut response = ctx.call(&self.service, request).await?;
        if let Through::Turn = self.through {
            let status = StatusCode::from_u16(turned(response.status().as_u16())).unwrap();
            *response.response_mut().status_mut() = status;
            return Ok(response);
        }
        let others = [("access-control-allow-origin", "*"), ("content-encoding", "gzip")];
        for (name, value) in REPLACED.into_iter().chain(others) {
            let name = HeaderName::from_static(name);
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        Ok(response)
    }
}

async fn pose() -> HttpResponse {
    let mut response = HttpResponse::Ok();
    for (name, value) in impostor::HEADERS {
        response.set_header(name, value);
    }
    response.body(impostor::BODY)
}

async fn slow() -> &'static str {
    sleep(SLOW).await;
    "slow"
}

async fn stream() -> HttpResponse {
    let length = CHUNKS.concat().len().to_string();
    let chunks = CHUNKS.map(|chunk| Ok::<_, io::Error>(Bytes::from_static(chunk.as_bytes())));
    let mut response = HttpResponse::Ok();
    response.no_chunking().set_header("content-length", length).streaming(stream::iter(chunks))
}
