//! A signal that reaches this process: in a binary of its own, for the first listener makes the
//! process survive for all that come later. The rest of what signals do is proved with real
//! processes.
#![cfg(all(unix, feature = "signal"))]

use std::{
    error::Error,
    future::{pending, poll_fn},
    pin::{Pin, pin},
    process::{Command, id},
    task::Poll,
    time::Duration,
};

use healthz_core::{Lifecycle, Registry, RegistryError};
use healthz_test_support::Log;
use tokio::{
    select,
    sync::Mutex,
    task::yield_now,
    time::{sleep, timeout},
};

/// Each test has the process for itself.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A guard against hanging, no promise.
const PATIENCE: Duration = Duration::from_secs(30);

fn registry(delay: Duration) -> Result<Registry, RegistryError> {
    Registry::builder().readiness("ready", []).drain_delay(delay).build()
}

/// Polls it once.
async fn is_over(mut future: Pin<&mut impl Future>) -> bool {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await
}

/// Sends SIGTERM to this process, which ends by it unless somebody listens.
fn terminate() -> Result<(), Box<dyn Error>> {
    let status = Command::new("sh").args(["-c", &format!("kill -TERM {}", id())]).status()?;
    Ok(status.success().then_some(()).ok_or("no kill")?)
}

#[tokio::test]
async fn a_signal_during_a_slow_start_begins_the_drain_at_once() -> Result<(), Box<dyn Error>> {
    let _alone = ALONE.lock().await;
    let registry = registry(Duration::ZERO)?;
    let shutdown = registry.shutdown_signal();
    terminate()?;
    assert_eq!(registry.lifecycle(), Lifecycle::Running, "nothing else has run on this thread");
    // The service is still starting: it will poll the future later.
    timeout(PATIENCE, registry.wait_for(Lifecycle::Draining)).await?;
    timeout(PATIENCE, shutdown).await?;
    Ok(())
}

#[tokio::test]
async fn a_signal_that_changes_nothing_any_more_is_told() -> Result<(), Box<dyn Error>> {
    let _alone = ALONE.lock().await;
    let (log, _guard) = Log::capture();
    let lines = |text: &str| log.lines().iter().filter(|line| line.contains(text)).count();
    let registry = registry(Duration::ZERO)?;
    let shutdown = registry.shutdown_signal();
    terminate()?;
    timeout(PATIENCE, shutdown).await?;
    // The server finishes its requests now, and takes as long as it likes.
    for signals in 2..=3 {
        assert_eq!(lines("a further signal changes nothing"), signals / 3);
        terminate()?;
        let received = async {
            while lines("signal received") < signals {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, received).await?;
    }
    assert_eq!(lines("a further signal changes nothing"), 1, "it is said once");
    Ok(())
}

/// To a process, signals that come before it looks are one.
#[tokio::test]
async fn a_future_that_is_late_misses_no_signal_that_another_has_seen() -> Result<(), Box<dyn Error>>
{
    let _alone = ALONE.lock().await;
    let (log, _guard) = Log::capture();
    let registry = registry(PATIENCE * 100)?;
    let _hold = registry.hold("import");
    let mut early = pin!(registry.serve(pending::<()>()));
    let mut late = pin!(registry.serve(pending::<()>()));
    assert!(!is_over(late.as_mut()).await);
    for text in ["draining", "waiting for", "no longer waiting", "requests unfinished"] {
        let seen = async {
            while !log.lines().iter().any(|line| line.contains(text)) {
                sleep(Duration::from_millis(1)).await;
            }
        };
        // It has to listen before the signal comes.
        assert!(!is_over(early.as_mut()).await);
        terminate()?;
        timeout(PATIENCE, async {
            select! {
                () = &mut early => {}
                () = seen => {}
            }
        })
        .await?;
    }
    timeout(PATIENCE, late).await?;
    let received = log.lines().iter().filter(|line| line.contains("signal received")).count();
    assert_eq!(received, 4, "each is told once");
    Ok(())
}

/// tokio's listener wakes whoever asked last.
#[tokio::test]
async fn a_future_that_nobody_polls_keeps_a_signal_from_no_other() -> Result<(), Box<dyn Error>> {
    let _alone = ALONE.lock().await;
    let registry = registry(Duration::ZERO)?;
    let shutdown = registry.shutdown_signal();
    yield_now().await;
    let mut asked_last = pin!(registry.serve(pending::<()>()));
    assert!(!is_over(asked_last.as_mut()).await);
    terminate()?;
    timeout(PATIENCE, shutdown).await?;
    Ok(())
}
