//! What a registry holds after a million results that all changed something: in a binary of its
//! own, because the memory of a whole process is read.
#![cfg(target_os = "linux")]

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use healthz_core::{HealthError, Registry};

const CHECKS: usize = 1000;

/// The resident memory of this process, in KiB.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[tokio::test]
async fn a_million_changes_of_1000_checks_leave_what_the_first_hundred_thousand_left() {
    let up = Arc::new(AtomicBool::new(true));
    let names = || (0..CHECKS).map(|number| format!("check-{number}"));
    let builder = names().fold(Registry::builder(), |builder, name| {
        let up = up.clone();
        builder.check(name, move || {
            if up.load(Ordering::Relaxed) { Ok(()) } else { Err(HealthError::new("it is down")) }
        })
    });
    let registry = builder.readiness("ready", names().collect::<Vec<_>>()).build();
    let Ok(registry) = registry else { panic!("the registry is not built") };

    let rounds = async |rounds: usize| {
        for _ in 0..rounds {
            up.fetch_xor(true, Ordering::Relaxed);
            let report = registry.report("ready").await;
            assert!(report.is_some_and(|report| report.checks().len() == CHECKS));
        }
        resident()
    };
    let (early, late) = (rounds(100).await, rounds(900).await);

    let known = registry.known();
    for check in known.checks() {
        let runs = check.runs();
        assert_eq!((runs.pass(), runs.fail()), (500, 500), "{}", check.name());
        assert_eq!(check.history().len(), 32, "{}", check.name());
    }
    let grown = late.zip(early).map(|(late, early)| late.saturating_sub(early));
    // The allocator takes 1 or 2 MiB as it likes; a byte kept of a change, five times over, would
    // be more.
    assert!(grown.is_some_and(|grown| grown < 4096), "{early:?} KiB, then {late:?} KiB");
}
