use std::{io, sync::Arc};

use futures_util::stream;
use healthz_core::Registry;
use healthz_serving::poem::run;
use healthz_testkit::Server;
use poem::{
    Body, Endpoint, EndpointExt, IntoResponse, Middleware, Request, Response, Result, Route,
    endpoint::{BoxEndpoint, make, make_sync},
    get,
    http::{HeaderName, HeaderValue, StatusCode, Uri, Version},
    middleware::Tracing,
};
use tokio::{runtime::Runtime, time::sleep};

use crate::{
    capture::Capture,
    scenario::{self, Logger, scenario},
    site::{self, CHUNKS, REPLACED, SLOW, impostor},
};

fn serve(registry: &Registry, logger: Logger) -> Server {
    let app = site(registry);
    match logger {
        Logger::AsItIs => run(app.with(Tracing)),
        Logger::Quiet => run(app.with(healthz_poem::quiet(registry, Tracing))),
    }
}

scenario!(serve);

/// The logger around the application, and in `quiet` around our routes alone.
mod around_our_routes {
    use super::*;

    fn serve(registry: &Registry, logger: Logger) -> Server {
        let rest = site(registry).with(Tracing);
        match logger {
            Logger::AsItIs => run(rest),
            Logger::Quiet => {
                let quiet = || healthz_poem::quiet(registry, Tracing);
                let ours = || healthz_poem::routes(registry).with(quiet());
                let admin = Route::new().nest("/admin", healthz_poem::routes(registry));
                let prefix = registry.prefix();
                run(Route::new()
                    .nest_no_strip(prefix, ours())
                    .nest_no_strip("/admin", admin.with(quiet()))
                    .nest("/", rest))
            }
        }
    }

    #[test]
    fn healthy_probe_leaves_no_line() {
        scenario::healthy_probe_leaves_no_line(serve);
    }

    #[test]
    fn nested_healthy_probe_leaves_no_line() {
        scenario::nested_healthy_probe_leaves_no_line(serve);
    }

    #[test]
    fn failing_probe_leaves_its_lines() {
        scenario::failing_probe_leaves_its_lines(serve);
    }

    #[test]
    fn other_routes_leave_their_lines() {
        scenario::other_routes_leave_their_lines(serve);
    }
}

/// A logger of one's own, with a line before and after.
mod own_middleware {
    use super::*;

    struct Access;

    struct Logged<E>(E);

    /// What middleware around the logger leaves with the request.
    #[derive(Clone)]
    struct Id(&'static str);

    impl<E: Endpoint> Middleware<E> for Access {
        type Output = Logged<E>;

        fn transform(&self, inner: E) -> Logged<E> {
            Logged(inner)
        }
    }

    impl<E: Endpoint> Endpoint for Logged<E> {
        type Output = Response;

        async fn call(&self, request: Request) -> Result<Response> {
            let line = format!(
                "{} {} {} {} {:?} {} {} {} {}",
                request.method(),
                request.original_uri(),
                request.uri(),
                request.scheme(),
                request.version(),
                request.remote_addr().as_socket_addr().unwrap(),
                request.local_addr().as_socket_addr().unwrap(),
                request.header("host").unwrap_or_default(),
                request.data::<Id>().map_or("-", |Id(id)| id),
            );
            log::info!(target: "access", "{line} ...");
            let response = self.0.get_response(request).await;
            log::info!(target: "access", "{line} {}", response.status());
            Ok(response)
        }
    }

    fn serve(registry: &Registry, logger: Logger) -> Server {
        run(logged(registry, logger))
    }

    fn logged(registry: &Registry, logger: Logger) -> BoxEndpoint<'static> {
        let (app, id) = (site(registry), Id("7c2f"));
        match logger {
            Logger::AsItIs => app.with(Access).data(id).boxed(),
            Logger::Quiet => app.with(healthz_poem::quiet(registry, Access)).data(id).boxed(),
        }
    }

    scenario!(serve);

    #[test]
    fn failing_probe_in_a_nest_is_shown_with_both_its_paths() {
        let nested = |registry: &Registry, logger| {
            run(Route::new().nest("/outer", logged(registry, logger)))
        };
        scenario::the_same(nested, &[("GET", "/outer/healthz/down?x=1", 503)]);
    }
}

/// A logger that is a function, and asks by itself.
mod function {
    use super::*;

    async fn access<E: Endpoint>(next: Arc<E>, request: Request) -> Result<Response> {
        log(next, request, |_| true).await
    }

    async fn quiet<E: Endpoint>(next: Arc<E>, request: Request) -> Result<Response> {
        log(next, request, |response| !healthz_poem::is_quiet(response)).await
    }

    async fn log<E: Endpoint>(
        next: Arc<E>,
        request: Request,
        is_wanted: fn(&Response) -> bool,
    ) -> Result<Response> {
        let line = format!("{} {}", request.method(), request.original_uri());
        let response = next.get_response(request).await;
        if is_wanted(&response) {
            log::info!(target: "access", "{line} {}", response.status());
        }
        Ok(response)
    }

    fn serve(registry: &Registry, logger: Logger) -> Server {
        match logger {
            Logger::AsItIs => run(site(registry).around(access)),
            Logger::Quiet => run(site(registry).around(quiet)),
        }
    }

    scenario!(http1: serve);
}

/// What the application says goes through as it was said.
#[test]
fn an_answer_of_the_application_is_not_changed() {
    #[derive(Clone)]
    struct Told(&'static str);

    let _capture = Capture::start();
    let answer = make_sync(|_| {
        let response = Response::builder().status(StatusCode::IM_A_TEAPOT);
        response.version(Version::HTTP_10).header("x-a", "1").extension(Told("b")).body("hello")
    });
    let registry = site::registry("/healthz");
    let quiet = healthz_poem::quiet(&registry, Tracing);
    let app = Route::new().at("/hello", answer).with(quiet);
    let request = Request::builder().uri(Uri::from_static("/hello")).finish();
    let mut response = Runtime::new().unwrap().block_on(app.call(request)).unwrap();
    assert_eq!(
        (response.status(), response.version()),
        (StatusCode::IM_A_TEAPOT, Version::HTTP_10)
    );
    assert_eq!(response.header("x-a"), Some("1"));
    assert!(response.data::<Told>().is_some_and(|Told(told)| *told == "b"));
    let body = Runtime::new().unwrap().block_on(response.take_body().into_string());
    assert_eq!(body.unwrap(), "hello");
}

#[test]
fn another_registrys_probe_leaves_its_lines() {
    let elsewhere = |registry: &Registry, logger| {
        let own = Registry::builder().prefix("/own").liveness("live", []).build().unwrap();
        match logger {
            Logger::AsItIs => run(site(registry).with(Tracing)),
            Logger::Quiet => run(site(registry).with(healthz_poem::quiet(&own, Tracing))),
        }
    };
    let lines = |logger| {
        scenario::lines(elsewhere, "/healthz", logger, &[("GET", "/healthz/live", 200)]).len()
    };
    assert_eq!(lines(Logger::Quiet), lines(Logger::AsItIs));
}

fn site(registry: &Registry) -> Route {
    let ours = || healthz_poem::routes(registry);
    let turned = async |answer: Result<Response>| {
        let mut response = answer?;
        let status = site::turned(response.status().as_u16());
        response.set_status(StatusCode::from_u16(status).unwrap());
        Ok::<_, poem::Error>(response)
    };
    let locked = async |_, _| Ok::<_, poem::Error>(StatusCode::UNAUTHORIZED);
    ours()
        .nest("/admin", ours())
        .nest("/dressed", ours().after(dress))
        .nest("/locked", ours().around(locked))
        .nest("/turned", ours().after(turned))
        .at("/impostor/healthz/live", get(make_sync(|_| pose())))
        .at("/hello", get(make_sync(|_| "hello")).head(make_sync(|_| ())))
        .at("/broken", get(make_sync(|_| StatusCode::INTERNAL_SERVER_ERROR)))
        .at("/slow", get(make(async |_| sleep(SLOW).await)))
        .at("/stream", get(make_sync(|_| stream())))
}

/// As compression, CORS and security header fields would leave it.
async fn dress(answer: Result<Response>) -> Result<Response> {
    let mut response = answer?;
    let others = [("access-control-allow-origin", "*"), ("content-encoding", "gzip")];
    for (name, value) in REPLACED.into_iter().chain(others) {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

fn pose() -> Response {
    let mut response = Response::from(impostor::BODY);
    for (name, value) in impostor::HEADERS {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn stream() -> impl IntoResponse {
    let length = CHUNKS.concat().len();
    let chunks = stream::iter(CHUNKS.map(Ok::<_, io::Error>));
    Body::from_bytes_stream(chunks).with_header("content-length", length)
}
