use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};

use crate::{
    check::{health_error::HealthError, reused_run::ReusedRun},
    engine::{
        checker::Checker,
        fault::{Fault, Verdict},
        landing::Waiting,
        snapshot::Snapshot,
    },
    support::{
        contain::{contain, drop_contained},
        time::after,
    },
};

/// The one run of a check that is out. Whoever owns it polls it and ends it; it belongs to no
/// request.
///
/// Dropped before it ended, because its runtime or its task went away or something unwound, it
/// gives the check back without a result. If somebody else has taken the check over meanwhile, its
/// number is lost, and whatever it does changes nothing.
pub(crate) struct OutstandingRun {
    checker: Arc<Checker>,
    number: u64,
    started: Instant,
    run: Option<ReusedRun>,
    ended: bool,
}

/// What a run came to, and what is left of it.
pub(crate) struct Ended {
    pub(crate) verdict: Verdict,
    /// A value of the user's, which is dropped when everybody has been told.
    remains: Option<HealthError>,
    /// Whether the next run may happen in the same place.
    reusable: bool,
}

impl Ended {
    pub(crate) fn of(result: Result<(), HealthError>) -> Self {
        let Err(error) = result else {
            return Self { verdict: Verdict::Pass, remains: None, reusable: true };
        };
        let fault = Fault::of(&error);
        let verdict = if error.is_warning() { Verdict::Warn(fault) } else { Verdict::Fail(fault) };
        Self { verdict, remains: Some(error), reusable: true }
    }

    pub(crate) fn panicked(message: String) -> Self {
        Self::without_result(Fault::Panicked(message.into()))
    }

    fn without_result(fault: Fault) -> Self {
        Self { verdict: Verdict::Fail(fault), remains: None, reusable: false }
    }
}

impl OutstandingRun {
    /// Owns the run of a number that was begun at `started`; in `run`, or in a new place.
    pub(crate) fn new(
        checker: Arc<Checker>,
        number: u64,
        run: Option<ReusedRun>,
        started: Instant,
    ) -> Self {
        let run = run.unwrap_or_else(|| checker.new_run());
        Self { checker, number, started, run: Some(run), ended: false }
    }

    /// Owns the run that a walk began.
    pub(crate) fn of_walk(
        checker: Arc<Checker>,
        number: u64,
        run: Option<ReusedRun>,
        started: Instant,
    ) -> Self {
        Self { checker, number, started, run, ended: false }
    }

    /// Polls the run, or begins it.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        let Some(run) = &mut self.run else { return Poll::Pending };
        match contain(|| run.poll(cx)) {
            Ok(polled) => polled.map(Ended::of),
            Err(message) => Poll::Ready(Ended::panicked(message)),
        }
    }

    /// Records what the run came to; `None` if the run is lost.
    pub(crate) fn end(mut self, ended: Ended) -> Option<Snapshot> {
        let Ended { verdict, remains, reusable } = ended;
        self.ended = true;
        if !reusable {
            drop_contained(self.run.take());
        }
        let (number, spare, now) = (self.number, self.run.take(), Instant::now());
        let took = now.saturating_duration_since(self.started);
        let snapshot = self.checker.settle(|state| state.settle(number, verdict, spare, now, took));
        // The destructor is the user's and may take its time; nobody waits for it but this thread.
        drop_contained(remains);
        snapshot
    }

    /// Lets the run go on in a task of its own, so that it outlives whoever asked.
    pub(crate) fn detach(self) -> Detached {
        let Ok(runtime) = Handle::try_current() else {
            let snapshot = self.end(Ended::without_result(Fault::NoRuntime));
            return snapshot.map_or(Detached::Lost, Detached::Ended);
        };
        let number = self.number;
        let Some(waiting) = self.checker.decide(|state| state.join(number)) else {
            return Detached::Lost;
        };
        runtime.spawn(self.drive());
        Detached::Running(waiting)
    }

    /// Drives the run to its end or its timeout.
    pub(crate) async fn drive(mut self) {
        let timeout = self.checker.policy().timeout;
        let deadline = after(self.started, timeout);
        let ended = timeout_at(deadline, poll_fn(|cx| self.poll(cx))).await;
        let ended = ended.unwrap_or_else(|_| Ended::without_result(Fault::TimedOut(timeout)));
        let _ = self.end(ended);
    }
}

/// What became of a run that was not ready at once.
pub(crate) enum Detached {
    Running(Waiting),
    /// There is no runtime to finish it on.
    Ended(Snapshot),
    Lost,
}

impl Drop for OutstandingRun {
    fn drop(&mut self) {
        if !self.ended {
            drop_contained(self.run.take());
            let number = self.number;
            self.checker.decide(|state| state.abort(number));
        }
    }
}
