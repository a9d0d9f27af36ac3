use std::{
    hash::{BuildHasher, RandomState},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    runtime::Handle,
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};

use crate::{
    check::policy::JITTER,
    engine::{checker::Checker, outstanding_run::OutstandingRun},
    plan::endpoint::DEFAULT_BUDGET,
    support::time::after,
};

/// So many checks begin at once.
const FEW: usize = 16;

/// The first runs of more are spread over so long, or over the interval if that is shorter.
const SPREAD: Duration = Duration::from_secs(3);

/// Runs the checkers that have an interval, from the first time there is a tokio runtime until the
/// registry is dropped.
///
/// Each has a task of its own, which is due back at a time. If its runtime goes away, the next
/// probe on any runtime begins another one; if its runtime is merely not driven, whoever asks the
/// check after that time [takes it over](take_over).
pub(crate) struct Background {
    checkers: Vec<Arc<Checker>>,
    /// Some checker may have no task.
    incomplete: Arc<AtomicBool>,
}

impl Background {
    pub(crate) fn new(checkers: Vec<Arc<Checker>>) -> Self {
        let incomplete = Arc::new(AtomicBool::new(!checkers.is_empty()));
        for checker in &checkers {
            checker.incomplete.get_or_init(|| incomplete.clone());
        }
        Self { checkers, incomplete }
    }

    #[inline]
    pub(crate) fn ensure(&self) {
        if self.incomplete.load(Ordering::Relaxed) {
            self.start();
        }
    }

    /// Waits until each check has a result, but no longer than its first run should last at most.
    pub(crate) async fn first_results(&self, changes: &Notify) {
        let longest = self.checkers.iter().map(|checker| checker.policy().timeout).max();
        let Some(longest) = longest else { return };
        let each = async {
            for checker in &self.checkers {
                has_result(checker, changes).await;
            }
        };
        // Whoever should end a run may not be driven any more.
        let bound = longest.saturating_add(SPREAD).saturating_add(DEFAULT_BUDGET);
        let _ = timeout(bound, each).await;
    }

    fn start(&self) {
        let Ok(runtime) = Handle::try_current() else { return };
        self.incomplete.store(false, Ordering::Relaxed);
        let now = Instant::now();
        let idle = |checker: &&Arc<Checker>| checker.decide(|state| state.turns.is_untended());
        let idle: Vec<_> = self.checkers.iter().filter(idle).collect();
        let many = u32::try_from(idle.len()).unwrap_or(u32::MAX);
        for (place, checker) in (0..).zip(&idle) {
            let spread = interval(checker).min(SPREAD).mul_f64(f64::from(place) / f64::from(many));
            let wait = if idle.len() <= FEW { Duration::ZERO } else { spread };
            tend(checker, after(now, wait), &runtime);
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        for checker in &self.checkers {
            if let Some(task) = checker.decide(|state| state.turns.end_all()) {
                task.abort();
            }
        }
    }
}

async fn has_result(checker: &Checker, changes: &Notify) {
    loop {
        let mut woken = pin!(changes.notified());
        // From here on no change is missed, and a first result is one.
        woken.as_mut().enable();
        if checker.has_result() {
            return;
        }
        woken.await;
    }
}

/// Runs a check on the runtime of whoever asks, because the runtime that should do so does not.
pub(crate) fn take_over(checker: &Arc<Checker>) {
    if let Ok(runtime) = Handle::try_current() {
        tend(checker, Instant::now(), &runtime);
    }
}

fn tend(checker: &Arc<Checker>, first: Instant, runtime: &Handle) {
    let until = due(checker, first);
    let turn = checker.decide(|state| state.turns.take(until));
    let turn = Turn { checker: checker.clone(), number: turn };
    let number = turn.number;
    let task = runtime.spawn(run_every(turn, first)).abort_handle();
    // Not in one step with the turn: a runtime that is shut down drops the task in `spawn`.
    if let Some(late) = checker.decide(|state| state.turns.keep_task(number, task)) {
        late.abort();
    }
}

/// When the task of a run that begins at `start` is there again at the latest, if it is driven.
fn due(checker: &Checker, start: Instant) -> Instant {
    after(after(start, checker.policy().timeout), DEFAULT_BUDGET)
}

fn interval(checker: &Checker) -> Duration {
    checker.policy().every.unwrap_or_default()
}

/// The right to run a check in the background; ends with the task.
struct Turn {
    checker: Arc<Checker>,
    number: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let number = self.number;
        if self.checker.decide(|state| state.turns.end(number))
            && let Some(incomplete) = self.checker.incomplete.get()
        {
            incomplete.store(true, Ordering::Relaxed);
        }
    }
}

async fn run_every(turn: Turn, mut next: Instant) {
    let Turn { checker, number } = &turn;
    loop {
        // A sleep that is over before it begins takes a tick of the clock all the same.
        if Instant::now() < next {
            sleep_until(next).await;
        }
        let started = Instant::now();
        let interval = interval(checker);
        next = after(started, interval.saturating_add(jitter(interval)));
        let until = due(checker, started.max(next));
        if !checker.decide(|state| state.turns.renew(*number, until)) {
            return;
        }
        if let Some((run, place)) = checker.decide(|state| state.begin_in_background(started)) {
            OutstandingRun::new(checker.clone(), run, place, started).drive().await;
        }
    }
}

/// Up to a tenth of the interval. `RandomState` is the one source of randomness in `std`.
fn jitter(interval: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or_default();
    (interval / JITTER).mul_f64(f64::from(random) / f64::from(u32::MAX))
}
