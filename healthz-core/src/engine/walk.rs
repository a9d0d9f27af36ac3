use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use tokio::time::Instant;

use crate::{
    check::reused_run::ReusedRun,
    engine::{
        checker::{Checker, PATIENCE},
        outstanding_run::Ended,
    },
    support::contain::{drop_contained, message},
};

/// Runs an endpoint's quick checks one after the other, without a lock and without an allocation.
///
/// Each step has a place of its own to run its check in, apart from the checker's. One
/// `catch_unwind` goes around them all, because one for each costs as much as such a check.
pub(crate) struct Walk {
    steps: Box<[Step]>,
}

struct Step {
    checker: Arc<Checker>,
    run: ReusedRun,
}

/// Why a walk comes to a halt.
pub(crate) enum Halt {
    /// This check is not quick, or somebody else runs it.
    NotQuick,
    /// The run of this number came to something that has to be settled.
    Ended(u64, Ended),
    /// The run of this number is not ready yet.
    Pending(u64, ReusedRun),
}

impl Walk {
    pub(crate) fn new<'a>(checkers: impl Iterator<Item = &'a Arc<Checker>>) -> Self {
        let step =
            |checker: &Arc<Checker>| Step { checker: checker.clone(), run: checker.new_run() };
        Self { steps: checkers.map(step).collect() }
    }

    /// Walks from a step on, to the end or to where it comes to a halt.
    pub(crate) fn go(&mut self, from: usize, now: u64) -> Result<(), (usize, Halt)> {
        let (mut at, mut number) = (from, 0);
        let went = catch_unwind(AssertUnwindSafe(|| {
            let mut cx = Context::from_waker(Waker::noop());
            for step in &mut self.steps[from..] {
                let Some(begun) = step.checker.begin_walk() else { return Err(Halt::NotQuick) };
                number = begun;
                match step.run.poll(&mut cx) {
                    Poll::Ready(Ok(())) => {
                        if !step.checker.end_walk(number, now) {
                            return Err(Halt::Ended(number, Ended::of(Ok(()))));
                        }
                        at += 1;
                    }
                    Poll::Ready(failed) => return Err(Halt::Ended(number, Ended::of(failed))),
                    Poll::Pending => {
                        let run = mem::replace(&mut step.run, step.checker.new_run());
                        return Err(Halt::Pending(number, run));
                    }
                }
            }
            Ok(())
        }));
        let halt = match went {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(halt)) => halt,
            Err(payload) => {
                let step = &mut self.steps[at];
                drop_contained(mem::replace(&mut step.run, step.checker.new_run()));
                Halt::Ended(number, Ended::panicked(message(payload)))
            }
        };
        Err((at, halt))
    }

    /// Notes how long the walk took. If somebody blocked the thread, each is timed the next time.
    pub(crate) fn ended(&self, started: Instant, now: Instant) {
        if now > started + PATIENCE {
            self.steps.iter().for_each(|step| step.checker.suspect());
        }
    }
}
