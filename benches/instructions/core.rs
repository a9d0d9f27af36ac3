//! Core alone.

use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use healthz_benches::{
    bare,
    state::{ENDPOINT, HOUR, PATH, State, Trivial, checks, probe, ready, registry, settle},
};
use healthz_core::{CheckExt, HealthError, Registry, adapter, check_fn};
use http::Request;
use tokio::{runtime::Runtime, task::yield_now, time::sleep};
use tower_service::Service;

use crate::callgrind::rounds;

const ROUNDS: u32 = 1000;

/// The states that need no more than a registry.
pub(crate) fn state(runtime: &Runtime, state: &str) -> Option<Registry> {
    let registry = State::parse(state)?.registry();
    runtime.block_on(settle(&registry));
    Some(registry)
}

pub(crate) fn run(runtime: &Runtime, case: &str) {
    match case {
        "pending-1-of-10" => pending(runtime),
        "flips-elsewhere" => turning(runtime, Turning::Elsewhere),
        "flips-here" => turning(runtime, Turning::Here),
        "fails-for-good" => turning(runtime, Turning::Never),
        "fresh-failure-beside-1000" => fresh_failure(),
        "build-10000" => build(10_000),
        _ => {
            let registry = state(runtime, case).expect("a case of core");
            rounds(ROUNDS, || (), || assert_eq!(probe(&registry, ENDPOINT).code(), 200));
        }
    }
}

/// Plain hyper, which calls a service.
pub(crate) fn hyper(runtime: &Runtime, case: &str) {
    let request = || Request::get(PATH).body(()).expect("a request");
    if case == "bare" {
        let round = || assert_eq!(ready(async { bare::hyper::serve(&request()) }).status(), 200);
        return rounds(ROUNDS, || (), round);
    }
    let registry = state(runtime, case).expect("a case of hyper");
    let mut service = healthz_tower::routes(&registry);
    rounds(
        ROUNDS,
        || (),
        || {
            let Ok(response) = ready(service.call(request()));
            assert_eq!(response.status(), 200);
        },
    );
}

/// Nine checks that are ready at once, and one that is not, as whatever asks a server.
fn pending(runtime: &Runtime) {
    let (builder, mut names) = checks(9, || check_fn(|| async { Ok(()) }).into_registration());
    let pending = check_fn(|| async {
        yield_now().await;
        Ok(())
    });
    names.push("pending".into());
    let builder = builder.check("pending", pending).readiness(ENDPOINT, names);
    let registry = builder.build().expect("a valid registry");
    rounds(
        ROUNDS,
        || (),
        || {
            let request = adapter::Request::new("GET", ENDPOINT);
            assert_eq!(runtime.block_on(registry.respond(request)).code(), 200);
        },
    );
}

/// What a background check does beside 999 cached ones.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turning {
    /// It turns before each probe, and the probed endpoint names it.
    Here,
    /// It turns before each probe, and another endpoint names it.
    Elsewhere,
    /// It runs before each probe and fails as before.
    Never,
}

static UP: AtomicBool = AtomicBool::new(false);
static RUNS: AtomicU64 = AtomicU64::new(0);

fn turning(runtime: &Runtime, turning: Turning) {
    let check = || {
        RUNS.fetch_add(1, Ordering::Relaxed);
        if UP.load(Ordering::Relaxed) { Ok(()) } else { Err(HealthError::new("down")) }
    };
    let (builder, mut names) = checks(999, || Trivial.cache(HOUR));
    let builder = builder.check("turning", check.every(Duration::from_millis(1)).max_age(HOUR));
    let builder = builder.endpoint("other", ["turning"]);
    if turning != Turning::Elsewhere {
        names.push("turning".into());
    }
    let registry = builder.readiness(ENDPOINT, names).build().expect("a valid registry");
    let prepare = || {
        if turning != Turning::Never {
            UP.fetch_xor(true, Ordering::Relaxed);
        }
        let before = RUNS.load(Ordering::Relaxed);
        runtime.block_on(async {
            // The run that counts has begun after the turn, and has ended.
            while RUNS.load(Ordering::Relaxed) < before + 2 {
                sleep(Duration::from_millis(1)).await;
            }
        });
    };
    rounds(100, prepare, || {
        black_box(probe(&registry, ENDPOINT));
    });
}

/// A check that fails, asked afresh beside 1,000 whose results are kept.
fn fresh_failure() {
    let (builder, mut names) = checks(1000, || Trivial.cache(HOUR));
    let builder = builder.check("failing", || Err(HealthError::new("down")));
    names.push("failing".into());
    let registry = builder.readiness(ENDPOINT, names).build().expect("a valid registry");
    rounds(ROUNDS, || (), || assert_eq!(probe(&registry, ENDPOINT).code(), 503));
}

/// From the builder to the registry.
fn build(n: usize) {
    let mut built = Vec::new();
    rounds(1, || (), || built.push(registry(n, || Trivial.into_registration())));
}
