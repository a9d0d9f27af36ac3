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
async fn a_signal_between_the_call_and_the_first_poll_counts() -> Result<(), Box<dyn Error>> {
    let builder = Registry::builder().readiness("ready", []);
    let registry = builder.drain_delay(Duration::ZERO).build()?;
    let shutdown = registry.shutdown_signal();
    terminate()?;
    assert_eq!(registry.lifecycle(), Lifecycle::Running, "nobody has polled");
    timeout(PATIENCE, shutdown).await?;
    assert_eq!(registry.lifecycle(), Lifecycle::Draining);
    Ok(())
}
