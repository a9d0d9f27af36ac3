//! Counts the instructions of one probe under callgrind: in core, and in a whole in-process request
//! of each framework beside the same framework's bare handler.
//!
//! `cargo bench -p healthz-benches --bench instructions [-- FILTER]`; needs `valgrind`.

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

use std::{
    env,
    io::{self, Write},
    path::Path,
    pin::pin,
    process::{Command, Stdio},
    task::{Context, Poll, Waker},
};

use actix_web::{
    App,
    dev::{HttpServiceFactory, Service as _},
    test::{TestRequest, init_service},
    web,
};
use axum::{Router, body::Body, http::Request};
use healthz_benches::{
    bare,
    state::{ENDPOINT, PATH, State},
};
use healthz_core::Registry;
use tower::Service as _;
use warp::Filter;

const ROUNDS: u64 = 1000;

/// The states, and how many instructions each may add to the bare handler's.
const STATES: [(&str, u64); 8] = [
    ("live", 400),
    ("fresh-1", 600),
    ("fresh-10", 2400),
    ("fresh-100", 20_400),
    ("cached-1", 250),
    ("cached-10", 250),
    ("cached-1000", 250),
    ("background-1000", 250),
];

const FRAMEWORKS: [&str; 3] = ["axum", "actix", "warp"];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    match &arguments[..] {
        [measure, framework, state] if measure == "measure" => {
            run(framework, state);
            Ok(())
        }
        [filter] => table(filter),
        _ => table(""),
    }
}

fn table(filter: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let quiet = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if quiet.is_err() {
        return writeln!(out, "skipped: `valgrind` is not installed, and counts instructions");
    }
    writeln!(out, "{:<22}{:>14}{:>10}{:>8}", "instructions", "per request", "added", "goal")?;
    for (state, _) in STATES.iter().filter(|(state, _)| format!("core {state}").contains(filter)) {
        writeln!(out, "{:<22}{:>14}", format!("core {state}"), count("core", state)?)?;
    }
    for framework in FRAMEWORKS {
        if !STATES.iter().any(|(state, _)| format!("{framework} {state}").contains(filter)) {
            continue;
        }
        let bare = count(framework, "bare")?;
        writeln!(out, "{:<22}{bare:>14}", format!("{framework} bare"))?;
        for (state, goal) in STATES {
            let name = format!("{framework} {state}");
            if name.contains(filter) {
                let all = count(framework, state)?;
                let added = all.cast_signed() - bare.cast_signed();
                writeln!(out, "{name:<22}{all:>14}{added:>10}{goal:>8}")?;
            }
        }
    }
    writeln!(out, "profiles: callgrind_annotate {}/CASE.callgrind", env!("CARGO_TARGET_TMPDIR"))
}

/// Runs this program once more under callgrind, which counts inside `measured` only.
fn count(framework: &str, state: &str) -> io::Result<u64> {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("{framework}-{state}"))
        .with_extension("callgrind");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*::measured"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe()?)
        .args(["measure", framework, state])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(io::Error::other(format!("`{framework} {state}` failed: {said}")));
    }
    let collected = said.lines().find_map(|line| line.split("Collected : ").nth(1));
    let collected = collected.and_then(|number| number.trim().parse::<u64>().ok());
    collected
        .map(|instructions| instructions / ROUNDS)
        .ok_or_else(|| io::Error::other(format!("`{framework} {state}` was not measured: {said}")))
}

fn run(framework: &str, state: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let _inside = runtime.enter();
    let registry = State::parse(state).map(State::registry);
    // The background checks run once.
    runtime.block_on(async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    });
    match (framework, registry) {
        ("core", Some(registry)) => core(&registry),
        ("axum", Some(registry)) => axum(healthz_axum::routes(&registry)),
        ("axum", None) => axum(bare::axum::routes()),
        ("actix", Some(registry)) => actix(healthz_actix::routes(&registry)),
        ("actix", None) => actix(bare::actix::routes()),
        ("warp", Some(registry)) => warp(healthz_warp::routes(&registry)),
        ("warp", None) => warp(bare::warp::routes()),
        _ => panic!("no case `{framework} {state}`"),
    }
}

/// Warms up, then lets callgrind count.
fn rounds(mut round: impl FnMut()) {
    for _ in 0..10 {
        round();
    }
    measured(&mut round);
}

#[inline(never)]
fn measured(round: &mut dyn FnMut()) {
    for _ in 0..ROUNDS {
        round();
    }
}

fn core(registry: &Registry) {
    rounds(|| {
        let request = healthz_core::adapter::Request::new("GET", ENDPOINT);
        assert_eq!(ready(registry.respond(request)).code(), 200);
    });
}

fn axum(routes: Router) {
    let mut app = Router::new().route("/", axum::routing::get(|| async { "hello" })).merge(routes);
    rounds(|| {
        let request = Request::get(PATH).body(Body::empty()).expect("a request");
        let Ok(response) = ready(app.call(request));
        assert_eq!(response.status(), 200);
    });
}

fn actix(routes: impl HttpServiceFactory + 'static) {
    let app = App::new().service(routes).route("/", web::get().to(|| async { "hello" }));
    let app = ready(init_service(app));
    rounds(|| {
        let response = ready(app.call(TestRequest::get().uri(PATH).to_request()));
        assert_eq!(response.expect("a response").status(), 200);
    });
}

fn warp<F>(routes: F)
where
    F: Filter<Extract = (warp::reply::Response,), Error = warp::Rejection> + Clone,
{
    let hello = warp::path::end().map(|| "hello");
    let mut app = warp::service(routes.or(hello));
    rounds(|| {
        let request = Request::get(PATH).body(String::new()).expect("a request");
        let Ok(response) = ready(app.call(request));
        assert_eq!(response.status(), 200);
    });
}

/// Polls once: nothing here has to wait.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the probe has to wait"),
    }
}
