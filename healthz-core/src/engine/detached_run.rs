use std::{sync::Arc, task::Poll};

use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};

use crate::{
    engine::{checker::Checker, fault::Fault, reused_future::ReusedFuture},
    support::time::after,
};

/// A run that was not ready at its first poll. It belongs to no request.
///
/// Dropped before it landed, because its runtime or its background task ended, it gives the checker back
/// without a result.
pub(crate) struct DetachedRun {
    checker: Arc<Checker>,
    runner: Option<ReusedFuture>,
    started: Instant,
    landed: bool,
}

impl DetachedRun {
    pub(crate) fn new(checker: Arc<Checker>, runner: ReusedFuture, started: Instant) -> Self {
        Self { checker, runner: Some(runner), started, landed: false }
    }

    /// Lets the run go on in a task of its own.
    pub(crate) fn spawn(self, runtime: &Handle) {
        runtime.spawn(self.land());
    }

    /// Drives the run to its end or its timeout, and settles the checker.
    pub(crate) async fn land(mut self) {
        let timeout = self.checker.policy().timeout;
        let run = std::future::poll_fn(|cx| match &mut self.runner {
            Some(runner) => runner.poll(cx),
            None => Poll::Pending,
        });
        let landed = timeout_at(after(self.started, timeout), run).await;
        let result = landed.unwrap_or_else(|_| {
            self.abandon();
            Err(Fault::TimedOut(timeout))
        });
        self.landed = true;
        let runner = self.runner.take();
        let _ = self.checker.settle(result, runner, self.started, true);
    }

    fn abandon(&mut self) {
        if let Some(runner) = self.runner.take() {
            runner.abandon();
        }
    }
}

impl Drop for DetachedRun {
    fn drop(&mut self) {
        if !self.landed {
            self.abandon();
            self.checker.abort();
        }
    }
}
