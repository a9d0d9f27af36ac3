use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use healthz_core::{CheckExt, HealthError, Registry, RegistryBuilder, check_fn};
use tokio::task::yield_now;

/// The endpoints and what each may answer. The last two panic and sleep, and are asked less often.
pub(crate) const ENDPOINTS: [(&str, &[u16]); 9] = [
    ("live", &[200]),
    ("fresh", &[200]),
    ("failing", &[503]),
    ("turning", &[200, 503]),
    ("cached", &[200, 503]),
    ("background", &[200, 503]),
    ("waiting", &[200]),
    ("panicking", &[503]),
    ("slow", &[200]),
];

/// The endpoint of the probe of this number.
pub(crate) fn endpoint(probe: u64) -> (&'static str, &'static [u16]) {
    let turn = usize::try_from(probe % 1000).unwrap_or_default();
    match turn {
        0 => ENDPOINTS[8],
        1..=10 => ENDPOINTS[7],
        _ => ENDPOINTS[turn % 7],
    }
}

pub(crate) fn registry() -> RegistryBuilder {
    let failing = || Err(HealthError::new("down"));
    let waits = || async {
        yield_now().await;
        Ok(())
    };
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(())
    };
    let panics = check_fn(|| async { panic!("as it is wanted") });
    let millisecond = Duration::from_millis(1);
    let builder = Registry::builder().liveness("live", []);
    let builder = add(builder, "fresh", check_fn(|| async { Ok(()) }));
    let builder = add(builder, "failing", failing);
    let builder = add(builder, "turning", turning);
    let builder = add(builder, "cached", turning.cache(millisecond));
    let builder = add(builder, "background", turning.every(millisecond));
    let builder = add(builder, "waiting", check_fn(waits));
    let builder = add(builder, "panicking", panics);
    add(builder, "slow", check_fn(slow))
}

fn add(builder: RegistryBuilder, name: &str, check: impl CheckExt) -> RegistryBuilder {
    builder.check(name, check).readiness(name, [name])
}

/// Passes and fails by turns.
fn turning() -> Result<(), HealthError> {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    if RUNS.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
        Ok(())
    } else {
        Err(HealthError::new("down by turns"))
    }
}
