use std::{
    mem,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    check::{Check, policy::Policy, registration::Registration, reused_run::ReusedRun},
    engine::{
        announcer::Announcer,
        fault::Verdict,
        snapshot::Snapshot,
        state::State,
        untold::{Untold, What},
        word::{Found, Word},
    },
    report::{check_report::CheckReport, known_check::KnownCheck},
    support::{contain::drop_contained, lock::lock},
};

/// How long a first poll may keep the thread of whoever asks before the log says so.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// One check, and everything that is known of it. It decides who runs the check; it runs nothing
/// itself.
///
/// What is decided is decided in [`State`], under the lock. What follows from it is done when the
/// lock is released, because it may run code of the user's, which may be slow and may ask this
/// check. A check that is well is not even locked: as long as its [`Word`] says so, a pass changes
/// nothing in the state but a date and a count, and these two stand beside it.
pub(crate) struct Checker {
    name: Arc<str>,
    policy: Policy,
    check: Arc<dyn Check>,
    /// Says whether anybody has to look into `state`.
    word: Word,
    /// The moment of the last pass of a walk, and how many there were.
    passed_at: AtomicU64,
    walked: AtomicU64,
    state: Mutex<State>,
    announcer: Arc<Announcer>,
    told_block: AtomicBool,
    /// Where it is noted that a check that should run in the background has nobody who runs it.
    pub(crate) incomplete: OnceLock<Arc<AtomicBool>>,
}

impl Checker {
    pub(crate) fn new(name: &str, registration: Registration, announcer: Arc<Announcer>) -> Self {
        let Registration { check, mut config } = registration;
        let policy = Policy::resolve(&mut config);
        let name: Arc<str> = name.into();
        let untold = |&audience| Untold::new(audience, name.clone(), policy.optional).into();
        let untold = announcer.audiences().iter().map(untold).collect();
        let state = Mutex::new(State::new(policy.clone(), name.clone(), untold));
        Self {
            name,
            policy,
            check,
            word: Word::new(),
            passed_at: AtomicU64::new(0),
            walked: AtomicU64::new(0),
            state,
            announcer,
            told_block: AtomicBool::new(false),
            incomplete: OnceLock::new(),
        }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Makes something to run the check in; the user's `check` is called when it is polled, not
    /// here.
    pub(crate) fn new_run(&self) -> ReusedRun {
        self.check.clone().__run()
    }

    /// Decides something under the lock, and then does what follows from it.
    ///
    /// Nothing of the user's runs and nothing of it is dropped while the lock is held: not a check,
    /// not an error, not a waker, not a listener.
    pub(crate) fn decide<T>(&self, decide: impl FnOnce(&mut State) -> T) -> T {
        self.decide_and(decide, |_| {})
    }

    /// Records the result of a run, and puts the check on the quick way if it is well.
    pub(crate) fn settle(
        &self,
        record: impl FnOnce(&mut State) -> Option<Snapshot>,
    ) -> Option<Snapshot> {
        self.decide_and(record, |state| {
            if state.pass_changes_nothing() {
                self.word.quick(state.number());
            }
        })
    }

    fn decide_and<T>(
        &self,
        decide: impl FnOnce(&mut State) -> T,
        then: impl FnOnce(&mut State),
    ) -> T {
        let mut state = self.lock();
        let decided = decide(&mut state);
        then(&mut state);
        self.release(state);
        decided
    }

    /// Releases the lock and does what was left to be done without it.
    fn release(&self, mut state: MutexGuard<'_, State>) {
        let effects = mem::take(&mut state.effects);
        drop(state);
        // First those who wait. Destructors come last, because they may take their time.
        if let Some(landing) = effects.wakes {
            landing.wake();
        }
        for untold in effects.tells {
            self.announcer.announce(untold);
        }
        if effects.changed {
            self.announcer.changes.notify_waiters();
        }
        if let Some(run) = effects.drops {
            drop_contained(run);
        }
    }

    /// Locks the state and takes the check off the quick way. The run of a walk, if there is one,
    /// becomes one that can be joined.
    fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        match self.word.slow() {
            Found::Slow => return state,
            Found::Quick => {}
            Found::Walked(number) => state.goes_out(number, Instant::now()),
        }
        state.passed_at(instant(self.passed_at.load(Ordering::Relaxed)));
        state
    }

    /// Takes the one run of a quick check; returns its number.
    pub(crate) fn begin_walk(&self) -> Option<u64> {
        self.word.begin()
    }

    /// Gives it back after a pass; false if somebody has joined it, so that it must be settled.
    pub(crate) fn end_walk(&self, number: u64, now: u64) -> bool {
        // Before the word says so, because whoever takes the word reads it.
        self.passed_at.store(now, Ordering::Relaxed);
        let ended = self.word.end(number);
        if ended {
            self.walked.fetch_add(1, Ordering::Relaxed);
        }
        ended
    }

    /// Notes how long a first poll kept the thread of whoever asked; says so once.
    pub(crate) fn note_first_poll(&self, elapsed: Duration) {
        if elapsed > PATIENCE && !self.told_block.swap(true, Ordering::Relaxed) {
            self.decide(|state| state.tell(&What::BlockedThread { elapsed }));
        }
    }

    /// Takes the check off the quick way, so that its next run is timed: a walk times only all of
    /// its checks together.
    pub(crate) fn suspect(&self) {
        if !self.told_block.load(Ordering::Relaxed) {
            drop(self.lock());
        }
    }

    pub(crate) fn report(&self, snapshot: &Snapshot, now: Instant) -> CheckReport {
        snapshot.report(&self.name, &self.policy, now)
    }

    /// The last result, if the check has ever passed.
    pub(crate) fn has_passed(&self, now: Instant) -> Option<Snapshot> {
        self.peek(|state| state.has_passed().then(|| state.snapshot(Verdict::Pass, now)))
    }

    /// Whether some run has ended.
    pub(crate) fn has_result(&self) -> bool {
        self.peek(|state| state.has_result())
    }

    /// Tells everything that is known without asking.
    pub(crate) fn known(&self, now: Instant) -> KnownCheck {
        let (snapshot, past) = self.peek(|state| (state.known(now), state.past().clone()));
        let report = snapshot.as_ref().map(|snapshot| self.report(snapshot, now));
        let mut runs = past.runs;
        runs.pass += self.walked.load(Ordering::Relaxed);
        KnownCheck {
            name: self.name.clone(),
            status: report.as_ref().map(|report| report.status),
            failing: snapshot
                .as_ref()
                .is_some_and(|snapshot| matches!(snapshot.verdict, Verdict::Fail(_))),
            optional: self.policy.optional,
            text: report.as_ref().and_then(|report| report.text.clone()),
            duration: report.as_ref().and_then(|report| report.duration),
            age: report.as_ref().and_then(|report| report.age),
            since: past.since,
            stale: report.as_ref().is_some_and(|report| report.stale),
            consecutive_failures: report.map_or(0, |report| report.consecutive_failures),
            runs,
            transitions: past.transitions,
            history: past.history(),
        }
    }

    /// Until when a pass that is held can be said again; `None` for whatever has to be asked.
    pub(crate) fn passes_until(&self, now: Instant) -> Option<Instant> {
        lock(&self.state).passes_until(now)
    }

    /// When a background result goes stale that is not yet.
    pub(crate) fn goes_stale(&self, now: Instant) -> Option<Instant> {
        self.peek(|state| state.goes_stale(now))
    }

    /// Looks into the state and leaves a check on the quick way that is there: a reader of metrics
    /// makes no probe slower.
    fn peek<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        let mut state = lock(&self.state);
        state.passed_at(instant(self.passed_at.load(Ordering::Relaxed)));
        let seen = look(&mut state);
        self.release(state);
        seen
    }
}

/// Tells a moment as a number, for atomics.
pub(crate) fn moment(at: Instant) -> u64 {
    let since = at.into_std().saturating_duration_since(*BASE);
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// The reverse.
fn instant(moment: u64) -> Instant {
    Instant::from_std(*BASE + Duration::from_nanos(moment))
}

/// Before any moment that matters: also those of a test's clock, which is stopped and begins
/// anywhere.
static BASE: LazyLock<std::time::Instant> = LazyLock::new(|| {
    let now = std::time::Instant::now();
    now.checked_sub(Duration::from_secs(3600)).unwrap_or(now)
});
