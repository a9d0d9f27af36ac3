use std::{
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{runtime::Handle, sync::watch, time::Instant};

use crate::{
    check::{Check, health_error::HealthError, policy::Policy, registration::Registration},
    engine::{
        announcer::{Announcer, Outage, OutageEvent},
        detached_run::DetachedRun,
        fault::{Fault, Verdict},
        reused_future::ReusedFuture,
        streak::Streak,
    },
    report::{check_report::CheckReport, status::Status},
    support::{lock::lock, time::after},
};

/// One check, and everything that is known of it.
pub(crate) struct Checker {
    name: Arc<str>,
    policy: Policy,
    check: Arc<dyn Check>,
    state: Mutex<State>,
    announcer: Arc<Announcer>,
    /// Counts the changes that a prepared answer must not outlive.
    generation: Arc<AtomicU64>,
    keeps_results: bool,
}

#[derive(Default)]
struct State {
    /// Of the run that is out.
    busy: Option<Busy>,
    /// Of the run before, if it is still good.
    runner: Option<ReusedFuture>,
    last: Option<Finished>,
    streak: Streak,
    /// Of the last failed result.
    fault: Option<Fault>,
    outage: Outage,
}

/// What a run carries while it is out.
#[derive(Default)]
struct Busy {
    /// Made when the first one joins: a run that nobody joins needs no channel.
    joined: Option<watch::Sender<Option<Verdict>>>,
    /// Some probe's budget was over before the run was.
    overdue: bool,
}

#[derive(Clone, Copy)]
struct Finished {
    at: Instant,
    took: Duration,
    passed: bool,
}

/// Yields the verdict when the run lands, or closes without one when it is aborted.
pub(crate) type Waiting = watch::Receiver<Option<Verdict>>;

pub(crate) enum Asked {
    Known(Verdict),
    Pending(Waiting),
}

enum Entry {
    Held(Verdict, Option<OutageEvent>),
    Joined(Waiting),
    Leads(Option<ReusedFuture>),
}

impl Checker {
    pub(crate) fn new(
        name: &str,
        registration: Registration,
        announcer: Arc<Announcer>,
        generation: Arc<AtomicU64>,
    ) -> Self {
        let Registration { check, mut config } = registration;
        let policy = Policy::resolve(&mut config);
        let keeps_results = policy.keeps_results();
        Self {
            name: name.into(),
            policy,
            check,
            state: Mutex::default(),
            announcer,
            generation,
            keeps_results,
        }
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn has_passed(&self) -> bool {
        lock(&self.state).streak.has_passed()
    }

    /// Asks for a verdict: a held one, a run's that is ready at once, or one to wait for.
    ///
    /// `timed` asks for the run's true duration; without it the clock is not read for a run that passes
    /// at once and is never looked at again.
    pub(crate) fn ask(self: &Arc<Self>, now: Instant, timed: bool) -> Asked {
        let runner = match self.enter(now) {
            Entry::Held(verdict, event) => {
                self.tell(event);
                return Asked::Known(verdict);
            }
            Entry::Joined(waiting) => return Asked::Pending(waiting),
            Entry::Leads(runner) => runner,
        };
        let mut runner = runner.unwrap_or_else(|| self.runner());
        // The run's task polls again and leaves its own waker, so this one need not wake anybody.
        match runner.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => {
                let mut state = lock(&self.state);
                if result.is_ok() && !timed && !self.keeps_results && state.pass_changes_nothing() {
                    state.busy = None;
                    state.runner = Some(runner);
                    state.last = Some(Finished { at: now, took: Duration::ZERO, passed: true });
                    state.streak.record(true, 1, 1);
                    return Asked::Known(Ok(()));
                }
                drop(state);
                Asked::Known(self.settle(result, Some(runner), now, timed))
            }
            Poll::Pending => self.fly(runner, now),
        }
    }

    /// Begins a background run, unless one is out.
    pub(crate) fn begin(self: &Arc<Self>) -> Option<DetachedRun> {
        let mut state = lock(&self.state);
        if state.busy.is_some() {
            return None;
        }
        state.busy = Some(Busy::default());
        let runner = state.runner.take();
        drop(state);
        let runner = runner.unwrap_or_else(|| self.runner());
        Some(DetachedRun::new(self.clone(), runner, Instant::now()))
    }

    /// Records the result of a run and frees the checker; returns what the result adds up to.
    pub(crate) fn settle(
        &self,
        result: Verdict,
        runner: Option<ReusedFuture>,
        started: Instant,
        timed: bool,
    ) -> Verdict {
        let runner = runner.filter(|_| !matches!(result, Err(Fault::Panicked(_))));
        let keeps_results = self.policy.keeps_results();
        let mut state = lock(&self.state);
        let busy = state.busy.take().unwrap_or_default();
        state.runner = runner;
        let somebody_looks = timed || keeps_results || result.is_err() || busy.joined.is_some();
        let (now, took) = if somebody_looks {
            let now = Instant::now();
            (now, now.saturating_duration_since(started))
        } else {
            (started, Duration::ZERO)
        };
        let was_passing = state.streak.passing() == Some(true);

        state.last = Some(Finished { at: now, took, passed: result.is_ok() });
        state.streak.record(result.is_ok(), self.policy.fail_after, self.policy.recover_after);
        if let Err(fault) = result {
            state.fault = Some(fault);
        }
        let verdict = state.verdict();
        let event = match &verdict {
            // Nobody was ever given this result: whoever waited was told `timed out`.
            Ok(()) if busy.overdue && !keeps_results => None,
            Ok(()) => state.outage.passed(now),
            Err(fault) => state.outage.failed(fault, now, took, !busy.overdue),
        };
        // A prepared answer outlives no result it was made of, so one pass after another leaves it.
        if keeps_results && !(was_passing && verdict.is_ok()) {
            self.generation.fetch_add(1, Ordering::Release);
        }
        drop(state);

        if let Some(joined) = busy.joined {
            joined.send_replace(Some(verdict.clone()));
        }
        self.tell(event);
        verdict
    }

    /// Frees the checker without a result; those who joined see their channel close.
    pub(crate) fn abort(&self) {
        lock(&self.state).busy = None;
    }

    /// Says what a probe says whose budget is over: a failure, unless thresholds bear one more.
    pub(crate) fn overdue(&self, waiting: &Waiting, asked: Instant) -> Verdict {
        if let Some(verdict) = waiting.borrow().clone() {
            return verdict;
        }
        let now = Instant::now();
        let mut state = lock(&self.state);
        if state.streak.tolerates_failure(self.policy.fail_after) {
            return Ok(());
        }
        let counts = state.busy.as_mut().is_some_and(|busy| !mem::replace(&mut busy.overdue, true));
        let waited = now.saturating_duration_since(asked);
        let event = state.outage.failed(&Fault::Overdue, now, waited, counts);
        drop(state);
        self.tell(event);
        Err(Fault::Overdue)
    }

    /// Until when the held verdict can be said again without asking; `None` if there is none.
    pub(crate) fn held_until(&self, now: Instant) -> Option<Instant> {
        let until = lock(&self.state).last?.kept_until(&self.policy);
        (now < until).then_some(until)
    }

    /// Describes the check as a probe saw it; `pending` if the probe did not see its run's end.
    pub(crate) fn report(&self, verdict: &Verdict, pending: bool, now: Instant) -> CheckReport {
        let state = lock(&self.state);
        let status = match verdict {
            Ok(()) => Status::Pass,
            Err(_) if self.policy.optional => Status::Warn,
            Err(_) => Status::Fail,
        };
        let hidden = state.fault.as_ref().filter(|_| state.streak.failures() > 0);
        let shown = verdict.as_ref().err().or(hidden);
        CheckReport {
            name: self.name.clone(),
            status,
            optional: self.policy.optional,
            text: shown.map(|fault| fault.public_text(&self.name).into_owned()),
            own_text: shown.is_some_and(|fault| fault.own_text().is_some()),
            duration: state.last.map(|last| last.took),
            age: state.last.map(|last| now.saturating_duration_since(last.at)),
            since: None,
            stale: matches!(verdict, Err(Fault::Stale)),
            pending,
            thresholded: state.streak.hides_last(),
            consecutive_failures: state.streak.failures(),
        }
    }

    fn enter(&self, now: Instant) -> Entry {
        let mut state = lock(&self.state);
        if self.keeps_results
            && let Some(verdict) = state.held(&self.policy, now)
        {
            let event = match &verdict {
                Err(fault @ Fault::Stale) => {
                    let age = state.last.map(|last| now.saturating_duration_since(last.at));
                    state.outage.failed(fault, now, age.unwrap_or_default(), false)
                }
                _ => None,
            };
            return Entry::Held(verdict, event);
        }
        if let Some(busy) = &mut state.busy {
            return Entry::Joined(busy.join());
        }
        state.busy = Some(Busy::default());
        Entry::Leads(state.runner.take())
    }

    fn fly(self: &Arc<Self>, runner: ReusedFuture, started: Instant) -> Asked {
        let Ok(runtime) = Handle::try_current() else {
            runner.abandon();
            let error = HealthError::from(NoRuntime);
            return Asked::Known(self.settle(Err(Fault::Error(error.into())), None, started, true));
        };
        let waiting = lock(&self.state).busy.get_or_insert_default().join();
        DetachedRun::new(self.clone(), runner, started).spawn(&runtime);
        Asked::Pending(waiting)
    }

    fn runner(&self) -> ReusedFuture {
        ReusedFuture::new(self.check.clone())
    }

    fn tell(&self, mut event: Option<OutageEvent>) {
        while let Some(next) = event {
            self.announcer.tell(&self.name, self.policy.optional, next);
            event = lock(&self.state).outage.next();
        }
    }
}

impl State {
    /// Whether one more pass changes nothing that anybody is told.
    fn pass_changes_nothing(&self) -> bool {
        !self.outage.is_down()
            && self.streak.passing() == Some(true)
            && matches!(&self.busy, Some(Busy { joined: None, overdue: false }))
    }

    fn verdict(&self) -> Verdict {
        match (&self.fault, self.streak.passing()) {
            (_, None) => Err(Fault::NotRunYet),
            (Some(fault), Some(false)) => Err(fault.clone()),
            (_, Some(_)) => Ok(()),
        }
    }

    /// The verdict that needs no run: a background check's, or a cached one.
    fn held(&self, policy: &Policy, now: Instant) -> Option<Verdict> {
        if !policy.keeps_results() {
            return None;
        }
        let Some(last) = self.last else {
            return policy.every.map(|_| Err(Fault::NotRunYet));
        };
        if now < last.kept_until(policy) {
            return Some(self.verdict());
        }
        policy.every.map(|_| Err(Fault::Stale))
    }
}

impl Finished {
    fn kept_until(self, policy: &Policy) -> Instant {
        after(self.at, policy.keep(self.passed))
    }
}

impl Busy {
    fn join(&mut self) -> Waiting {
        self.joined.get_or_insert_with(|| watch::channel(None).0).subscribe()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the check was not ready at once and there is no tokio runtime to finish it on")]
struct NoRuntime;
