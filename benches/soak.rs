//! Ten million probes of endpoints in every state, in one process: what memory, tasks and open files
//! come to.
//!
//! `cargo bench -p healthz-benches --bench soak`; needs Linux.

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

use std::{
    fs,
    io::{self, Write},
    panic,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use axum::{Router, body::Body, http::Request};
use healthz_core::{CheckExt, HealthError, Registry, RegistryBuilder, check_fn};
use tokio::{runtime::Handle, task::yield_now};
use tower::ServiceExt;

const PROBES: u64 = 10_000_000;
const REPORTED: u64 = PROBES / 10;

/// The endpoints, each asked as often as the others but for the last two, which panic and sleep.
const ENDPOINTS: [&str; 9] =
    ["live", "fresh", "failing", "turning", "cached", "background", "waiting", "panicking", "slow"];

fn main() -> io::Result<()> {
    // A panic for each probe would be a line for each.
    panic::set_hook(Box::new(|_| {}));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(soak())
}

async fn soak() -> io::Result<()> {
    let mut out = io::stdout();
    let app: Router = healthz_axum::routes(&registry());
    let started = Instant::now();
    writeln!(out, "| probes | resident KiB | tasks | open files | seconds |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for probe in 1..=PROBES {
        let turn = usize::try_from(probe % 1000).unwrap_or_default();
        let endpoint = match turn {
            0 => ENDPOINTS[8],
            1..=10 => ENDPOINTS[7],
            _ => ENDPOINTS[turn % 7],
        };
        let request = Request::get(format!("/healthz/{endpoint}")).body(Body::empty());
        let Ok(response) = app.clone().oneshot(request.expect("a request")).await;
        assert!(matches!(response.status().as_u16(), 200 | 503), "{endpoint}");
        if probe.is_multiple_of(REPORTED) || probe == REPORTED / 10 {
            // What is under way comes to its end.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let tasks = Handle::current().metrics().num_alive_tasks();
            let (memory, files) = (resident()?, fs::read_dir("/proc/self/fd")?.count());
            let seconds = started.elapsed().as_secs();
            writeln!(out, "| {probe} | {memory} | {tasks} | {files} | {seconds} |")?;
        }
    }
    Ok(())
}

fn registry() -> Registry {
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
    add(builder, "slow", check_fn(slow)).build().expect("a valid registry")
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

fn resident() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| io::Error::other("no resident memory in `/proc/self/status`"))
}
