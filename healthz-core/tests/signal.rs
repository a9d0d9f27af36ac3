//! A signal that reaches this process: alone in its binary, for the first listener makes the process
//! survive for all that come later. The rest of what signals do is proved with real processes.
#![cfg(all(unix, feature = "signal"))]

use std::{
    error::Error,
    process::{Command, id},
    time::Duration,
};

use healthz_core::{Lifecycle, Registry};
use tokio::time::timeout;

/// A guard against hanging, no promise.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends SIGTERM to this process, which ends by it unless somebody listens.
fn terminate() -> Result<(), Box<dyn Error>> {
    let status = Command::new("sh").args(["-c", &format!("kill -TERM {}", id())]).status()?;
    Ok(status.success().then_some(()).ok_or("no kill")?)
}

#[tokio::test]
async fn a_signal_during_a_slow_start_begins_the_drain_at_once() -> Result<(), Box<dyn Error>> {
    let builder = Registry::builder().readiness("ready", []);
    let registry = builder.drain_delay(Duration::ZERO).build()?;
    let shutdown = registry.shutdown_signal();
    terminate()?;
    assert_eq!(registry.lifecycle(), Lifecycle::Running, "nothing else has run on this thread");
    // The service is still starting: it will poll the future later.
    timeout(PATIENCE, registry.wait_for(Lifecycle::Draining)).await?;
    timeout(PATIENCE, shutdown).await?;
    Ok(())
}
