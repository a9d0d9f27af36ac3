//! The time of one probe in core, without any framework.
//!
//! `cargo bench -p healthz-benches --bench probe`

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use healthz_benches::state::{ENDPOINT, HOUR, State, Trivial, probe, registry};
use healthz_core::{CheckExt, HealthError};

fn down() -> Result<(), HealthError> {
    Err(HealthError::new("The database is down"))
}

fn probes(criterion: &mut Criterion) {
    let live = State::Live.registry();
    criterion.bench_function("live", |b| b.iter(|| probe(&live, ENDPOINT)));
    criterion.bench_function("unknown", |b| b.iter(|| probe(&live, "nowhere")));

    let mut group = criterion.benchmark_group("ready");
    for n in [1, 10, 100] {
        let fresh = registry(n, || Trivial.into_registration());
        group.bench_function(BenchmarkId::new("fresh", n), |b| b.iter(|| probe(&fresh, ENDPOINT)));
        let failing = registry(n, || down.into_registration());
        group.bench_function(BenchmarkId::new("failing", n), |b| {
            b.iter(|| probe(&failing, ENDPOINT));
        });
    }
    for n in [1, 10, 1000] {
        let cached = registry(n, || Trivial.cache(HOUR));
        group
            .bench_function(BenchmarkId::new("cached", n), |b| b.iter(|| probe(&cached, ENDPOINT)));
    }
    let failing = registry(10, || down.cache(HOUR));
    group.bench_function("cached failure/10", |b| b.iter(|| probe(&failing, ENDPOINT)));
}

criterion_group!(benches, probes);
criterion_main!(benches);
