use std::{
    future::pending,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use healthz_benches::state::{ENDPOINT, registry};
use healthz_core::{CheckExt, HealthError, Registry, check_fn};

static RUNS: AtomicU64 = AtomicU64::new(0);

/// How many runs of slow checks have begun.
pub(crate) fn runs() -> u64 {
    RUNS.load(Ordering::Relaxed)
}

/// So many checks that take so many milliseconds each.
pub(crate) fn slow(n: usize, milliseconds: u64) -> Registry {
    let sleep = move || async move {
        RUNS.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        Ok(())
    };
    registry(n, || check_fn(sleep).into_registration())
}

/// A check that fails at once and one that hangs.
pub(crate) fn hung() -> Registry {
    let failed = || Err(HealthError::new("known all the same"));
    let builder = Registry::builder().check("failed", failed).check("hung", check_fn(pending));
    builder.readiness(ENDPOINT, ["failed", "hung"]).build().expect("a valid registry")
}
