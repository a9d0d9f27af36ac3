use std::convert::Infallible;

use futures_util::stream;
use healthz_core::Registry;
use healthz_serving::warp::run;
use healthz_testkit::Server;
use tokio::time::sleep;
use warp::{
    Filter, Rejection, Reply,
    filters::BoxedFilter,
    http::{HeaderValue, StatusCode},
    log::Info,
    reply::{Response, with_header, with_status},
};

use crate::{
    capture::Capture,
    scenario::{self, Logger, scenario},
    site::{self, CHUNKS, SLOW, impostor},
    two_hosts::TwoHosts,
};

fn serve(registry: &Registry, logger: Logger) -> Server {
    let app = site(registry);
    match logger {
        Logger::AsItIs => run(app.with(warp::log("access"))),
        Logger::Quiet => run(app.with(warp::wrap_fn(healthz_warp::log(registry, "access")))),
    }
}

scenario!(serve);

mod custom {
    use super::*;

    fn serve(registry: &Registry, logger: Logger) -> Server {
        let app = site(registry);
        let access = |info: Info<'_>| {
            log::info!(target: "access", "{} {} {}", info.method(), info.path(), info.status());
        };
        match logger {
            Logger::AsItIs => run(app.with(warp::log::custom(access))),
            Logger::Quiet => run(app.with(warp::wrap_fn(healthz_warp::quiet(registry, access)))),
        }
    }

    scenario!(serve);
}

/// Two loggers, one around the other, and replies that become responses in between.
mod twice {
    use super::*;

    fn serve(registry: &Registry, logger: Logger) -> Server {
        let app = site(registry);
        match logger {
            Logger::AsItIs => {
                let app = app.with(warp::log("access::inner")).map(Reply::into_response);
                run(app.with(warp::log("access::outer")))
            }
            Logger::Quiet => {
                let inner = healthz_warp::log(registry, "access::inner");
                let outer = healthz_warp::log(registry, "access::outer");
                run(app.with(warp::wrap_fn(inner)).with(warp::wrap_fn(outer)))
            }
        }
    }

    scenario!(serve);
}

#[test]
fn every_line_has_its_true_time() {
    scenario::every_line_has_its_true_time(serve, "ms");
}

#[test]
fn a_healthy_probe_past_the_logger_hides_nothing() {
    let beside = |registry: &Registry, _| {
        let api = impostor().with(warp::wrap_fn(healthz_warp::log(registry, "access")));
        run(healthz_warp::routes(registry).or(api))
    };
    let requests = [("GET", "/healthz/live", 200), ("GET", "/impostor/healthz/live", 200)];
    let lines = scenario::lines(beside, "/healthz", Logger::Quiet, &requests.repeat(100));
    assert_eq!(lines.len(), 100);
}

#[test]
fn another_registrys_probe_leaves_its_lines() {
    let elsewhere = |registry: &Registry, _| {
        let own = Registry::builder().prefix("/own").liveness("live", []).build().unwrap();
        run(site(registry).with(warp::wrap_fn(healthz_warp::log(&own, "access"))))
    };
    let requests = [("GET", "/healthz/live", 200)];
    assert_eq!(scenario::lines(elsewhere, "/healthz", Logger::Quiet, &requests).len(), 1);
}

/// Over HTTP/2 a table hands the same memory to every request with the same path, so nothing of a
/// request says whose it is.
#[test]
fn another_hosts_page_on_a_probes_path_leaves_its_lines() {
    let capture = Capture::start();
    let registry = site::registry("/healthz");
    let internal = warp::host::exact("internal").and(healthz_warp::routes(&registry));
    let public = warp::path!("healthz" / "live").map(|| "hello");
    let access = warp::wrap_fn(healthz_warp::log(&registry, "access"));
    let server = run(internal.or(public).with(access));
    let mut client = TwoHosts::connect(server.address(), "/healthz/live", ["internal", "public"]);
    // Each host was asked once when it connected.
    for _ in 1..50 {
        assert_eq!([client.get(0), client.get(1)], [200, 200]);
    }
    drop((client, server));
    assert_eq!(capture.lines().len(), 50);
}

fn site(registry: &Registry) -> BoxedFilter<(impl Reply + use<>,)> {
    let ours = || healthz_warp::routes(registry);
    let dressed = ours()
        .with(warp::cors().allow_any_origin())
        .map(Reply::into_response)
        .map(site::dress)
        .with(warp::filters::compression::gzip());
    let locked = warp::header::exact("authorization", "yes").and(ours()).recover(refuse);
    let turned = ours().map(|response: Response| {
        let status = site::turned(response.status().as_u16());
        with_status(response, StatusCode::from_u16(status).unwrap())
    });
    let hello = warp::path!("hello");
    // Over HTTP/2 nobody takes the body away for HEAD.
    let hello = hello.and(warp::get().map(|| "hello").or(warp::head().map(|| "")).unify());
    let broken = warp::path!("broken").map(|| StatusCode::INTERNAL_SERVER_ERROR);
    let slow = warp::path!("slow").then(async || {
        sleep(SLOW).await;
        "slow"
    });
    ours()
        .or(warp::path("admin").and(ours()))
        .or(warp::path("dressed").and(dressed))
        .or(warp::path("locked").and(locked))
        .or(warp::path("turned").and(turned))
        .or(impostor())
        .or(hello)
        .or(broken)
        .or(slow)
        .or(warp::path!("stream").map(stream))
        .boxed()
}

fn impostor() -> impl Filter<Extract = (Response,), Error = Rejection> + Clone {
    warp::path!("impostor" / "healthz" / "live").map(|| {
        let mut response = Response::new(impostor::BODY.into());
        for (name, value) in impostor::HEADERS {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    })
}

async fn refuse(_: Rejection) -> Result<impl Reply, Infallible> {
    Ok(with_status("who are you?", StatusCode::UNAUTHORIZED))
}

fn stream() -> impl Reply {
    let length = CHUNKS.concat().len();
    let chunks = stream::iter(CHUNKS.map(Ok::<_, Infallible>));
    with_header(warp::reply::stream(chunks), "content-length", length)
}
