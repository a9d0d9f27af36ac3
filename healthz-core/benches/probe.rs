//! The time of one probe in core, without any framework.
//!
//! `cargo bench -p healthz-core`

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use healthz_core::{
    Check, CheckExt, HealthError, Registration, Registry,
    adapter::{Answer, Request},
    async_trait,
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
    Err(HealthError::new("The database is down"))
}

fn registry(n: usize, check: impl Fn() -> Registration) -> Registry {
    let names: Vec<String> = (0..n).map(|i| format!("check-{i}")).collect();
    let builder = names.iter().fold(Registry::builder(), |b, name| b.check(name, check()));
    builder.liveness("live", []).readiness("ready", names).build().expect("a valid registry")
}

/// Probes in one poll: none of these answers has anything to wait for.
fn probe(registry: &Registry, endpoint: &str) -> Answer {
    let probe = pin!(registry.respond(Request::new("GET", endpoint)));
    match probe.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("`{endpoint}` has to wait"),
    }
}

fn probes(criterion: &mut Criterion) {
    let live = registry(0, || Trivial.into_registration());
    criterion.bench_function("live", |b| b.iter(|| probe(&live, "live")));
    criterion.bench_function("unknown", |b| b.iter(|| probe(&live, "nowhere")));

    let mut group = criterion.benchmark_group("ready");
    for n in [1, 10, 100] {
        let fresh = registry(n, || Trivial.into_registration());
        group.bench_function(BenchmarkId::new("fresh", n), |b| b.iter(|| probe(&fresh, "ready")));
        let failing = registry(n, || down.into_registration());
        group.bench_function(BenchmarkId::new("failing", n), |b| {
            b.iter(|| probe(&failing, "ready"));
        });
    }
    for n in [1, 10, 1000] {
        let cached = registry(n, || Trivial.cache(HOUR));
        group.bench_function(BenchmarkId::new("cached", n), |b| b.iter(|| probe(&cached, "ready")));
    }
    let failing = registry(10, || down.cache(HOUR));
    group.bench_function("cached failure/10", |b| b.iter(|| probe(&failing, "ready")));
}

criterion_group!(benches, probes);
criterion_main!(benches);
