use std::{io::Cursor, time::Instant};

use healthz_core::Registry;
use healthz_serving::rocket::{config, run};
use healthz_testkit::Server;
use rocket::{
    Build, Data, Request, Response, Rocket, Route,
    fairing::{AdHoc, Fairing, Info, Kind},
    http::{Header, Method, Status},
    route::{self, BoxFuture, Outcome},
};
use tokio::time::sleep;

use crate::{
    scenario::{self, Logger, scenario},
    site::{self, CHUNKS, REPLACED, SLOW, impostor},
};

fn serve(registry: &Registry, logger: Logger) -> Server {
    let app = site(registry);
    match logger {
        Logger::AsItIs => run(app.attach(Access)),
        Logger::Quiet => run(app.attach(healthz_rocket::quiet(registry, Access))),
    }
}

scenario!(serve);

/// An access log, as applications write one. Rocket's own lines are in `healthz-rocket/tests`.
struct Access;

#[rocket::async_trait]
impl Fairing for Access {
    fn info(&self) -> Info {
        Info { name: "access log", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(Instant::now);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let took = request.local_cache(Instant::now).elapsed();
        let (method, uri, status) = (request.method(), request.uri(), response.status());
        log::info!(target: "access", "{method} {uri} {} {took:?}", status.code);
    }
}

#[test]
fn every_line_has_its_true_time() {
    scenario::every_line_has_its_true_time(serve, "ms");
}

#[test]
fn a_fairing_asks_the_response() {
    let serve = |registry: &Registry, _| {
        run(site(registry).attach(AdHoc::on_response("access log", |request, response| {
            Box::pin(async move {
                if !healthz_rocket::is_quiet(response) {
                    log::info!(target: "access", "{} {}", request.uri(), response.status());
                }
            })
        })))
    };
    let requests = [
        ("GET", "/admin/healthz/ready", 200),
        ("GET", "/impostor/healthz/live", 200),
        ("GET", "/healthz/down", 503),
    ];
    assert_eq!(scenario::lines(serve, "/healthz", Logger::Quiet, &requests).len(), 2);
}

/// Where only a route for GET is, Rocket makes a GET of a HEAD.
#[test]
fn a_head_is_a_head_in_the_log() {
    let requests = [("HEAD", "/healthz/down", 503)];
    let lines = scenario::lines(serve, "/healthz", Logger::Quiet, &requests);
    assert!(lines.len() == 1 && lines[0].contains("HEAD /healthz/down 503"), "{lines:?}");
}

#[test]
fn another_registrys_probe_leaves_its_lines() {
    let elsewhere = |registry: &Registry, _| {
        let own = Registry::builder().prefix("/own").liveness("live", []).build().unwrap();
        run(site(registry).attach(healthz_rocket::quiet(&own, Access)))
    };
    let requests = [("GET", "/healthz/live", 200)];
    assert_eq!(scenario::lines(elsewhere, "/healthz", Logger::Quiet, &requests).len(), 1);
}

fn site(registry: &Registry) -> Rocket<Build> {
    let app = rocket::custom(config()).attach(AdHoc::on_response("site", |request, response| {
        dress(request, response);
        turn(request, response);
        Box::pin(async {})
    }));
    let app = ["/", "/admin", "/dressed", "/locked", "/turned"]
        .into_iter()
        .fold(app, |app, base| app.mount(base, healthz_rocket::routes(registry)));
    app.mount("/locked", [Route::ranked(-30, Method::Get, "/<_..>", refuse)]).mount(
        "/",
        [
            Route::new(Method::Get, "/impostor/healthz/live", pose),
            Route::new(Method::Get, "/hello", hello),
            Route::new(Method::Get, "/broken", break_down),
            Route::new(Method::Get, "/slow", slow),
            Route::new(Method::Get, "/stream", stream),
        ],
    )
}

/// As compression, CORS and security header fields would leave it.
fn dress(request: &Request<'_>, response: &mut Response<'_>) {
    if request.uri().path().starts_with("/dressed") {
        let others = [("access-control-allow-origin", "*"), ("content-encoding", "gzip")];
        for (name, value) in REPLACED.into_iter().chain(others) {
            response.set_header(Header::new(name, value));
        }
    }
}

fn turn(request: &Request<'_>, response: &mut Response<'_>) {
    if request.uri().path().starts_with("/turned") {
        response.set_status(Status::new(site::turned(response.status().code)));
    }
}

fn refuse<'r>(_: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async { Outcome::Error(Status::Unauthorized) })
}

fn break_down<'r>(_: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async { Outcome::Error(Status::InternalServerError) })
}

fn hello<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move { route::Outcome::from(request, "hello") })
}

fn slow<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move {
        sleep(SLOW).await;
        route::Outcome::from(request, "slow")
    })
}

fn pose<'r>(_: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    let mut response = Response::new();
    for (name, value) in impostor::HEADERS {
        response.set_header(Header::new(name, value));
    }
    response.set_sized_body(impostor::BODY.len(), Cursor::new(impostor::BODY));
    Box::pin(async { Outcome::Success(response) })
}

fn stream<'r>(_: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    let mut response = Response::new();
    response.set_raw_header("content-length", CHUNKS.concat().len().to_string());
    response.set_streamed_body(Cursor::new(CHUNKS.concat()));
    Box::pin(async { Outcome::Success(response) })
}
