use std::{
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};

use crate::{
    check::reused_run::ReusedRun,
    engine::{
        background,
        checker::Checker,
        fault::{Fault, Verdict},
        landing::{Landed, Waiting},
        outstanding_run::{Detached, Ended, OutstandingRun},
        snapshot::Snapshot,
        state::Entry,
    },
    support::time::after,
};

/// How often a probe asks again that saw a run end without a result. More often it happens only on
/// a runtime that is being shut down and takes no more tasks.
const ROUNDS: usize = 4;

/// What a check answers.
pub(crate) enum Asked {
    Known(Snapshot),
    Running(Waiting),
}

/// Asks for a result: a held one, a run's that is ready at once, or one to wait for.
///
/// The first poll happens here, on the thread of whoever asks, because most checks that are fresh
/// are ready at once and need no task.
pub(crate) fn ask(checker: &Arc<Checker>, mut now: Instant, budget: Duration) -> Asked {
    loop {
        let (number, run) = match checker.decide(|state| state.enter(now, budget)) {
            Entry::Joined(waiting) => return Asked::Running(waiting),
            Entry::Held(snapshot, abandoned) => {
                if abandoned {
                    background::take_over(checker);
                }
                return Asked::Known(snapshot);
            }
            Entry::Leads(number, run) => (number, run),
        };
        let started = Instant::now();
        let mut run = OutstandingRun::new(checker.clone(), number, run, started);
        // The run's task polls again and leaves its own waker, so this one need not wake anybody.
        let polled = run.poll(&mut Context::from_waker(Waker::noop()));
        now = Instant::now();
        checker.note_first_poll(now.saturating_duration_since(started));
        let asked = match polled {
            Poll::Ready(ended) => run.end(ended).map(Asked::Known),
            Poll::Pending => detached(run),
        };
        // A run that is lost was blocked for longer than its timeout: what came of it says nothing
        // of now.
        if let Some(asked) = asked {
            return asked;
        }
    }
}

/// Records what a walk's run came to.
pub(crate) fn end_walked(
    checker: &Arc<Checker>,
    number: u64,
    ended: Ended,
    started: Instant,
    budget: Duration,
) -> Asked {
    let run = OutstandingRun::of_walk(checker.clone(), number, None, started);
    let snapshot = run.end(ended);
    snapshot.map_or_else(|| ask(checker, Instant::now(), budget), Asked::Known)
}

/// Lets a walk's run go on that was not ready at once.
pub(crate) fn detach_walked(
    checker: &Arc<Checker>,
    number: u64,
    run: ReusedRun,
    started: Instant,
    budget: Duration,
) -> Asked {
    let run = OutstandingRun::of_walk(checker.clone(), number, Some(run), started);
    detached(run).unwrap_or_else(|| ask(checker, Instant::now(), budget))
}

fn detached(run: OutstandingRun) -> Option<Asked> {
    match run.detach() {
        Detached::Running(waiting) => Some(Asked::Running(waiting)),
        Detached::Ended(snapshot) => Some(Asked::Known(snapshot)),
        Detached::Lost => None,
    }
}

/// Waits for a run, at most until the deadline of a probe that asked at `asked`.
pub(crate) async fn wait(
    checker: &Arc<Checker>,
    mut waiting: Waiting,
    asked: Instant,
    budget: Duration,
) -> Snapshot {
    let deadline = after(asked, budget);
    let give_up = |waiting: &Waiting, fault| {
        let now = Instant::now();
        checker.decide(|state| state.give_up_waiting(waiting, fault, asked, now))
    };
    if Handle::try_current().is_err() {
        return give_up(&waiting, Fault::NoRuntime);
    }
    for _ in 0..ROUNDS {
        // If nobody ends the run in time, whoever sees it takes the check over.
        let lost = after(waiting.gives_up(), budget);
        match timeout_at(deadline.min(lost), waiting.wait()).await {
            Ok(Landed::Settled(snapshot)) => return snapshot,
            Err(_) if deadline <= lost => return give_up(&waiting, Fault::Overdue),
            Ok(Landed::Aborted) | Err(_) => {}
        }
        match ask(checker, Instant::now(), budget) {
            Asked::Known(snapshot) => return snapshot,
            Asked::Running(again) => waiting = again,
        }
    }
    let now = Instant::now();
    let known = checker.decide(|state| state.snapshot(Verdict::Fail(Fault::Abandoned), now));
    Snapshot { pending: true, good_until: None, ..known }
}
