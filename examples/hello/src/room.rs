//! A check of one's own, and how it is tested.

use healthz_axum::core::{Check, HealthError, check_with};
use tokio::sync::mpsc::Sender;

/// Whether somebody takes jobs, and whether the queue has room for another.
pub(crate) fn room(jobs: Sender<String>) -> impl Check {
    check_with(jobs, async |jobs| {
        if jobs.is_closed() {
            return Err(HealthError::new("Nobody takes jobs"));
        }
        if jobs.capacity() == 0 {
            return Err(HealthError::warn("The queue is full"));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use healthz_axum::core::{Registry, Report, Status};
    use healthz_testkit::FakeCheck;
    use tokio::{sync::mpsc::channel, time::Instant};

    use super::*;

    async fn report(registry: &Registry) -> Report {
        registry.report("ready").await.expect("there is an endpoint `ready`")
    }

    #[tokio::test]
    async fn a_full_queue_is_a_warning_and_a_closed_one_a_failure() {
        let (jobs, worker) = channel(1);
        let check = room(jobs.clone());
        let registry = Registry::builder().readiness("ready", check).build().unwrap();
        assert_eq!(report(&registry).await.status(), Status::Pass);

        jobs.send("one".to_owned()).await.unwrap();
        let full = report(&registry).await;
        assert_eq!((full.code(), full.checks()[0].text()), (200, Some("The queue is full")));

        drop(worker);
        let closed = report(&registry).await;
        assert_eq!((closed.code(), closed.title()), (503, "Nobody takes jobs"));
    }

    /// Time is paused, so the test waits for nothing.
    #[tokio::test(start_paused = true)]
    async fn a_dependency_that_hangs_holds_nobody_up() {
        let dependency = FakeCheck::hanging();
        let registry = Registry::builder().readiness("ready", dependency).build().unwrap();
        let begin = Instant::now();
        assert_eq!(report(&registry).await.code(), 503);
        assert_eq!(begin.elapsed(), healthz_axum::core::DEFAULT_BUDGET);
    }
}
