use std::{sync::Arc, task::Poll};

use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};

use super::{after, cell::Cell, fault::Fault, runner::Runner};

/// A run that was not ready at its first poll. It belongs to no request.
///
/// Dropped before it landed, because its runtime or its background task ended, it gives the cell back
/// without a result.
pub(crate) struct Flight {
    cell: Arc<Cell>,
    runner: Option<Runner>,
    started: Instant,
    landed: bool,
}

impl Flight {
    pub(crate) fn new(cell: Arc<Cell>, runner: Runner, started: Instant) -> Self {
        Self { cell, runner: Some(runner), started, landed: false }
    }

    /// Lets the run go on in a task of its own.
    pub(crate) fn spawn(self, runtime: &Handle) {
        runtime.spawn(self.land());
    }

    /// Drives the run to its end or its timeout, and settles the cell.
    pub(crate) async fn land(mut self) {
        let timeout = self.cell.policy().timeout;
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
        let _ = self.cell.settle(result, runner, self.started, true);
    }

    fn abandon(&mut self) {
        if let Some(runner) = self.runner.take() {
            runner.abandon();
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.landed {
            self.abandon();
            self.cell.abort();
        }
    }
}
