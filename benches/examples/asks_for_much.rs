//! A service that asks its registry for all that is linked only then. `tests/linked.rs` looks at
//! what is in its binary.

use std::{error::Error, time::Duration};

use healthz_core::{Registry, adapter::Request, check_fn, config::HealthzConfig};
use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::builder()
        .check("database", check_fn(|| async { Ok(()) }))
        .liveness("live", [])
        .readiness("ready", ["database"])
        .config(HealthzConfig::default())
        .on_transition(|_| {})
        .watch_runtime(Duration::from_secs(10))
        .build()?;
    let answer = Builder::new_current_thread()
        .enable_time()
        .build()?
        .block_on(registry.respond(Request::new("GET", "ready")));
    assert_eq!(answer.code(), 200);
    Ok(())
}
