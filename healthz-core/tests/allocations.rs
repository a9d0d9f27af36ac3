//! What a probe takes from the heap, counted exactly on the probing thread.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use allocation_counter::measure;
use healthz_core::{
    Check, CheckExt, HealthError, Registration, Registry,
    adapter::{Answer, Request},
    async_trait, check_fn,
};

const HOUR: Duration = Duration::from_secs(3600);

struct Trivial;

#[async_trait]
impl Check for Trivial {
    async fn check(&self) -> Result<(), HealthError> {
        Ok(())
    }
}

fn down() -> Result<(), HealthError> {
    Err(HealthError::new("down"))
}

/// A registry whose endpoint `ready` has `n` checks.
fn registry(n: usize, check: impl Fn() -> Registration) -> Registry {
    let names: Vec<String> = (0..n).map(|i| format!("check-{i}")).collect();
    let builder = names.iter().fold(Registry::builder(), |b, name| b.check(name, check()));
    builder.liveness("live", []).readiness("ready", names).build().unwrap()
}

/// The same with background checks, after their first runs, which are spread.
async fn in_the_background(n: usize, check: fn() -> Result<(), HealthError>) -> Registry {
    let registry = registry(n, || check.every(HOUR));
    tokio::time::sleep(Duration::from_secs(4)).await;
    registry
}

/// Probes in one poll: none of these answers has anything to wait for.
fn probe(registry: &Registry, endpoint: &str) -> Answer {
    let probe = pin!(registry.respond(Request::new("GET", endpoint)));
    match probe.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("`{endpoint}` has to wait"),
    }
}

/// Counts the allocations of a third probe: the first runs what is to be cached, the second
/// prepares the answer.
fn allocations(registry: &Registry, endpoint: &str, status: u16) -> u64 {
    for _ in 0..2 {
        assert_eq!(probe(registry, endpoint).code(), status);
    }
    let mut answer = None;
    let counted = measure(|| answer = Some(probe(registry, endpoint)));
    assert_eq!(answer.unwrap().code(), status);
    assert_eq!(counted.bytes_current, 0, "a probe keeps nothing");
    counted.count_total
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(std::hint::black_box(Box::new(1_u64)))).count_total, 1);
}

#[test]
fn a_live_probe_allocates_nothing() {
    assert_eq!(allocations(&registry(1, || Trivial.into_registration()), "live", 200), 0);
}

#[test]
fn a_fresh_check_costs_the_box_of_its_future_and_nothing_else() {
    for n in [1, 10, 100] {
        assert_eq!(
            allocations(&registry(n, || Trivial.into_registration()), "ready", 200),
            n as u64
        );
    }
}

#[test]
fn a_fresh_check_of_a_closure_costs_nothing() {
    for n in [1, 10, 100] {
        let registry = registry(n, || check_fn(|| async { Ok(()) }).into_registration());
        assert_eq!(allocations(&registry, "ready", 200), 0);
        let registry = self::registry(n, || (|| Ok(())).into_registration());
        assert_eq!(allocations(&registry, "ready", 200), 0);
    }
}

#[test]
fn a_cached_check_costs_nothing() {
    for n in [1, 10, 1000] {
        assert_eq!(allocations(&registry(n, || Trivial.cache(HOUR)), "ready", 200), 0);
    }
}

#[test]
fn a_cached_failure_costs_nothing() {
    for n in [1, 10, 100] {
        assert_eq!(allocations(&registry(n, || down.cache(HOUR)), "ready", 503), 0);
    }
}

#[test]
fn only_the_fresh_checks_of_a_mixed_endpoint_cost() {
    let builder = Registry::builder().check("fresh", Trivial).check("cached", Trivial.cache(HOUR));
    let registry = builder.readiness("ready", ["fresh", "cached"]).build().unwrap();
    assert_eq!(allocations(&registry, "ready", 200), 1);
}

#[tokio::test(start_paused = true)]
async fn a_background_check_costs_nothing() {
    for n in [1, 10, 1000] {
        let registry = in_the_background(n, || Ok(())).await;
        assert_eq!(allocations(&registry, "ready", 200), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_background_check_costs_nothing() {
    for n in [1, 10, 100] {
        let registry = in_the_background(n, down).await;
        assert_eq!(allocations(&registry, "ready", 503), 0);
    }
}

#[test]
fn a_probe_of_a_started_service_allocates_nothing() {
    let builder = Registry::builder().check("migrations", Trivial);
    let registry = builder.startup("startup", ["migrations"]).build().unwrap();
    assert_eq!(allocations(&registry, "startup", 200), 0);
}
