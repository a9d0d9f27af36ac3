use std::{
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::Instant;

use crate::{
    check::{Check, health_error::HealthError},
    support::lock::lock,
};

const SILENT: &str = "The last heartbeat is too old";
const GONE: &str = "Nobody sends a heartbeat any more";

/// Makes a check that is pushed and not asked: it passes while the last heartbeat is younger than
/// `silence`.
///
/// For a consumer, a scheduler, a driver's callback, a job: whatever knows by itself that it works.
/// The check has no task and no timer; it looks at the clock when it is asked. Before the first
/// heartbeat it fails with `The NAME check has not run yet`, after too long a silence with `The
/// last heartbeat is too old`, and as soon as the last handle is dropped with `Nobody sends a
/// heartbeat any more`.
///
/// ```
/// use std::time::Duration;
/// use healthz_core::{HealthError, Registry, heartbeat};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (beat, check) = heartbeat(Duration::from_secs(30));
/// let registry = Registry::builder().readiness("ready", check).build()?;
/// let title = async || registry.report("ready").await.map(|report| report.title().to_owned());
///
/// assert_eq!(title().await.as_deref(), Some("The ready check has not run yet"));
/// beat.pass(); // after each message that was handled
/// assert_eq!(title().await.as_deref(), Some("OK"));
/// beat.fail(HealthError::new("The broker closed the channel"));
/// assert_eq!(title().await.as_deref(), Some("The broker closed the channel"));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn heartbeat(silence: Duration) -> (Heartbeat, HeartbeatCheck) {
    let (last, alive) = (Arc::default(), Arc::new(()));
    let check = HeartbeatCheck { silence, last: Arc::clone(&last), alive: Arc::downgrade(&alive) };
    (Heartbeat { last, _alive: alive }, check)
}

/// The handle of a pushed check; see [`heartbeat`](crate::heartbeat()). Clones are the same handle.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    last: Arc<Mutex<Option<Beat>>>,
    /// Gone with the last handle.
    _alive: Arc<()>,
}

/// A check that somebody else pushes; see [`heartbeat`](crate::heartbeat()).
#[derive(Debug)]
pub struct HeartbeatCheck {
    silence: Duration,
    last: Arc<Mutex<Option<Beat>>>,
    alive: Weak<()>,
}

#[derive(Debug, Clone)]
struct Beat {
    at: Instant,
    failure: Option<Arc<HealthError>>,
}

impl Heartbeat {
    /// Says that all is well at this moment.
    pub fn pass(&self) {
        self.beat(None);
    }

    /// Says that something is wrong, until the next heartbeat. A warning
    /// ([`HealthError::warn`]) is a heartbeat that warns.
    pub fn fail(&self, error: HealthError) {
        self.beat(Some(Arc::new(error)));
    }

    fn beat(&self, failure: Option<Arc<HealthError>>) {
        let beat = Beat { at: Instant::now(), failure };
        // Dropped after the lock is released, because an error is the user's.
        let _before = lock(&self.last).replace(beat);
    }
}

#[async_trait]
impl Check for HeartbeatCheck {
    async fn check(&self) -> Result<(), HealthError> {
        if self.alive.strong_count() == 0 {
            return Err(HealthError::new(GONE));
        }
        let last = lock(&self.last).clone();
        let Some(Beat { at, failure }) = last else { return Err(HealthError::not_run_yet()) };
        let age = at.elapsed();
        match failure {
            Some(failure) if !failure.is_warning() || age < self.silence => {
                Err(HealthError::shared(&failure))
            }
            None if age < self.silence => Ok(()),
            _ => {
                let cause = format!("it is {age:?} old, and may be {:?}", self.silence);
                Err(HealthError::new(SILENT).caused_by(cause))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCE: Duration = Duration::from_secs(30);

    async fn text(check: &HeartbeatCheck) -> Option<String> {
        let error = check.check().await.err()?;
        Some(error.public_text().unwrap_or("nothing public").to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn it_passes_while_the_last_heartbeat_is_young() {
        let (beat, check) = heartbeat(SILENCE);
        assert_eq!(text(&check).await.as_deref(), Some("nothing public"), "no heartbeat yet");
        beat.pass();
        tokio::time::advance(Duration::from_secs(29)).await;
        assert_eq!(text(&check).await, None);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(text(&check).await.as_deref(), Some(SILENT));
        beat.pass();
        assert_eq!(text(&check).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_lasts_until_the_next_heartbeat_and_keeps_its_cause() {
        let (beat, check) = heartbeat(SILENCE);
        beat.fail(HealthError::new("closed").caused_by("403 from broker-7"));
        tokio::time::advance(SILENCE * 2).await;
        for _ in 0..2 {
            let error = check.check().await.unwrap_err();
            assert_eq!(error.public_text(), Some("closed"));
            assert_eq!(error.cause().unwrap().to_string(), "403 from broker-7");
        }
        beat.fail(HealthError::warn("slow"));
        assert!(check.check().await.unwrap_err().is_warning());
        beat.pass();
        assert_eq!(text(&check).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn dropping_the_last_handle_fails_the_check_at_once() {
        let (beat, check) = heartbeat(SILENCE);
        let other = beat.clone();
        beat.pass();
        drop(beat);
        assert_eq!(text(&check).await, None, "one handle is left");
        drop(other);
        assert_eq!(text(&check).await.as_deref(), Some(GONE));
    }
}
