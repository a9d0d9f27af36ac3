//! A service that asks its registry for probes and no more. `tests/linked.rs` looks at what is in
//! its binary.

use std::error::Error;

use healthz_core::{Registry, adapter::Request, check_fn};
use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::builder()
        .check("database", check_fn(|| async { Ok(()) }))
        .liveness("live", [])
        .readiness("ready", ["database"])
        .build()?;
    let answer = Builder::new_current_thread()
        .enable_time()
        .build()?
        .block_on(registry.respond(Request::new("GET", "ready")));
    assert_eq!(answer.code(), 200);
    Ok(())
}
