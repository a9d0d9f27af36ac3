use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    check::{policy::Policy, reused_run::ReusedRun},
    engine::{
        fault::{Fault, Verdict},
        landing::{Landed, Landing, Waiting},
        outage::{Found, Outage},
        past::Past,
        snapshot::{Finished, Snapshot, status},
        streak::Streak,
        turns::Turns,
        untold::{Untold, What},
    },
    plan::endpoint::DEFAULT_BUDGET,
    support::time::after,
};

/// Everything that is known of a check. It changes under its checker's lock only, and by plain
/// functions: they decide, and leave in [`Effects`] what has to be done when the lock is released.
pub(crate) struct State {
    policy: Policy,
    check: Arc<str>,
    /// For the log, and for the listeners if there are any.
    untold: Vec<Arc<Untold>>,
    /// The run that is out.
    out: Option<Out>,
    /// The number of the run that was begun last.
    number: u64,
    /// What the last run ran in, if the next one can.
    spare: Option<ReusedRun>,
    last: Option<Finished>,
    streak: Streak,
    /// Of the last failed result, and of the last one that did not fail.
    fault: Option<Fault>,
    warning: Option<Fault>,
    outage: Outage,
    past: Past,
    /// What was said last, so that it is known what somebody who keeps it would read anew.
    said: Option<Verdict>,
    /// Of the endpoints that keep what this check came to: counted up when that changes.
    generations: Vec<Arc<AtomicU64>>,
    /// How many runs in a row ended when the budget of whoever asked was over.
    late_runs: u32,
    told_late: bool,
    pub(crate) turns: Turns,
    pub(crate) effects: Effects,
}

/// What a run carries while it is out.
struct Out {
    number: u64,
    /// When it is over even if nobody ends it.
    gives_up: Instant,
    /// Made when the first one joins: a run that nobody joins needs none.
    landing: Option<Waiting>,
    /// When the last of the budgets was over that ended before the run.
    overdue: Option<Instant>,
}

/// What is done after the lock is released, because it runs or drops what is not ours.
#[derive(Default)]
#[must_use]
pub(crate) struct Effects {
    pub(crate) wakes: Option<Waiting>,
    /// What is to be told, and nobody is about to do so.
    pub(crate) tells: Vec<Arc<Untold>>,
    /// The check's status is another one.
    pub(crate) changed: bool,
    pub(crate) drops: Option<ReusedRun>,
}

/// What an asker finds.
pub(crate) enum Entry {
    /// A result that needs no run, and whether the task that should renew it is given up.
    Held(Snapshot, Abandoned),
    Joined(Waiting),
    /// The asker has to run the check, as the run of this number.
    Leads(u64, Option<ReusedRun>),
}

/// Whether the runtime that should run a background check no longer does.
pub(crate) type Abandoned = bool;

impl State {
    pub(crate) fn new(policy: Policy, check: Arc<str>, untold: Vec<Arc<Untold>>) -> Self {
        Self {
            policy,
            check,
            untold,
            out: None,
            number: 0,
            spare: None,
            last: None,
            streak: Streak::default(),
            fault: None,
            warning: None,
            outage: Outage::default(),
            past: Past::default(),
            said: None,
            generations: Vec::new(),
            late_runs: 0,
            told_late: false,
            turns: Turns::default(),
            effects: Effects::default(),
        }
    }

    pub(crate) fn count_in(&mut self, generation: Arc<AtomicU64>) {
        self.generations.push(generation);
    }

    pub(crate) fn has_passed(&self) -> bool {
        self.streak.has_passed()
    }

    pub(crate) fn has_result(&self) -> bool {
        self.last.is_some()
    }

    pub(crate) fn past(&self) -> &Past {
        &self.past
    }

    /// Asks for a result: one that is held, the run that is out, or a run of one's own.
    pub(crate) fn enter(&mut self, now: Instant, budget: Duration) -> Entry {
        if let Some(verdict) = self.held(now) {
            if let Verdict::Fail(Fault::Stale) = &verdict {
                let age = self.last.map(|last| now.saturating_duration_since(last.at));
                self.say(&verdict, now, age.unwrap_or_default(), 0);
            }
            let abandoned = self.turns.until().is_some_and(|until| until <= now);
            return Entry::Held(self.snapshot(verdict, now), abandoned);
        }
        if let Some(out) = &mut self.out
            && now < after(out.gives_up, budget)
        {
            return Entry::Joined(out.join());
        }
        let number = self.begin(now);
        Entry::Leads(number, self.spare.take())
    }

    /// Begins a background run, unless one is out that is not given up yet.
    pub(crate) fn begin_in_background(&mut self, now: Instant) -> Option<(u64, Option<ReusedRun>)> {
        if self.out.as_ref().is_some_and(|out| now < after(out.gives_up, DEFAULT_BUDGET)) {
            return None;
        }
        Some((self.begin(now), self.spare.take()))
    }

    /// Begins a run. One that is still out has outlived its timeout, and whoever owns it is not
    /// there to end it: its number is lost, and those who joined it ask again.
    fn begin(&mut self, now: Instant) -> u64 {
        if let Some(lost) = self.out.take() {
            self.past.count(&Verdict::Fail(Fault::TimedOut(self.policy.timeout)));
            self.effects.wakes = lost.landing.inspect(|landing| landing.land(Landed::Aborted));
        }
        self.number += 1;
        self.goes_out(self.number, now);
        self.number
    }

    /// Notes that a run of this number is out.
    pub(crate) fn goes_out(&mut self, number: u64, now: Instant) {
        let gives_up = after(now, self.policy.timeout);
        self.out = Some(Out { number, gives_up, landing: None, overdue: None });
    }

    /// Joins one's own run, which somebody else shall end; `None` if it is lost.
    pub(crate) fn join(&mut self, number: u64) -> Option<Waiting> {
        self.out.as_mut().filter(|out| out.number == number).map(Out::join)
    }

    /// Records the result of a run and frees the check; returns what it adds up to. `None` if the
    /// run is lost: it says nothing any more.
    pub(crate) fn settle(
        &mut self,
        number: u64,
        result: Verdict,
        spare: Option<ReusedRun>,
        now: Instant,
        took: Duration,
    ) -> Option<Snapshot> {
        let Some(out) = self.out.take_if(|out| out.number == number) else {
            self.effects.drops = spare;
            return None;
        };
        self.effects.drops = mem::replace(&mut self.spare, spare);
        self.past.count(&result);
        self.last = Some(Finished { at: now, took, passed: !result.is_fail() });
        self.note_lateness(&out, &result, took);

        // The landing is held by the run and by each of those who wait.
        let waited = out.landing.as_ref().is_some_and(|landing| Arc::strong_count(landing) > 1);
        let unheard = out.overdue.is_some() && !waited && !self.policy.keeps_results();
        let counted = out.overdue.is_some() && result.is_fail();
        // An endpoint of kind startup is another one by the first pass, whoever hears of it.
        self.effects.changed |= !result.is_fail() && !self.streak.has_passed();
        if unheard || counted {
            self.streak.record_unheard(!result.is_fail());
        } else {
            let Policy { fail_after, recover_after, .. } = self.policy;
            self.streak.record(!result.is_fail(), fail_after, recover_after);
        }
        match result {
            Verdict::Fail(fault) => self.fault = Some(fault),
            Verdict::Warn(fault) => self.warning = Some(fault),
            Verdict::Pass => self.warning = None,
        }
        let verdict = self.verdict();
        // What nobody was given is told to nobody: whoever waited was told `timed out`.
        if !unheard {
            self.say(&verdict, now, took, u64::from(!counted));
        }
        let snapshot = self.snapshot(verdict, now);
        if let Some(landing) = out.landing {
            landing.land(Landed::Settled(snapshot.clone()));
            self.effects.wakes = Some(landing);
        }
        Some(snapshot)
    }

    /// Frees the check of a run that ended without a result; those who joined it ask again.
    pub(crate) fn abort(&mut self, number: u64) {
        if let Some(out) = self.out.take_if(|out| out.number == number) {
            self.effects.wakes = out.landing.inspect(|landing| landing.land(Landed::Aborted));
        }
    }

    /// Says what a probe says that does not wait any longer: a failure, unless thresholds bear it.
    ///
    /// The probes of one moment count once. Those that ask one after the other count each, because
    /// a hang must not hide behind a threshold.
    pub(crate) fn give_up_waiting(
        &mut self,
        waiting: &Landing,
        fault: Fault,
        asked: Instant,
        now: Instant,
    ) -> Snapshot {
        if let Some(Landed::Settled(snapshot)) = waiting.landed() {
            return snapshot.clone();
        }
        let last = self.out.as_mut().and_then(|out| out.overdue.replace(now));
        let counts = last.is_none_or(|last| last <= asked);
        if counts {
            self.streak.record_overdue(self.policy.fail_after);
            self.fault = Some(fault.clone());
        }
        let verdict = match self.streak.passing() {
            Some(true) => self.verdict(),
            _ => Verdict::Fail(fault),
        };
        let waited = now.saturating_duration_since(asked);
        self.say(&verdict, now, waited, u64::from(counts));
        Snapshot { pending: true, good_until: None, ..self.snapshot(verdict, now) }
    }

    /// Whether one more pass changes nothing that anybody is told, now or later.
    pub(crate) fn pass_changes_nothing(&self) -> bool {
        self.out.is_none()
            && self.outage.is_over()
            && self.streak.is_passing_steadily()
            && self.late_runs == 0
            && !self.policy.keeps_results()
    }

    /// The number of the run that was begun last.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Dates the last result, which was a pass that was not settled here.
    pub(crate) fn passed_at(&mut self, at: Instant) {
        if let Some(last) = &mut self.last
            && last.at < at
        {
            *last = Finished { at, took: Duration::ZERO, passed: true };
        }
    }

    /// Adds something to tell.
    pub(crate) fn tell(&mut self, what: &What) {
        for untold in &self.untold {
            if untold.add(what) {
                self.effects.tells.push(untold.clone());
            }
        }
    }

    /// Says it to the log, to listeners, to history and to whoever keeps what was said before.
    fn say(&mut self, verdict: &Verdict, at: Instant, elapsed: Duration, failures: u64) {
        let mut found = Vec::new();
        self.outage.note(verdict, Found { at, elapsed, failures }, |what| found.push(what));
        for what in &found {
            self.tell(what);
        }
        if self.said.as_ref().is_some_and(|said| said.reads_like(verdict)) {
            return;
        }
        self.said = Some(verdict.clone());
        for generation in &self.generations {
            generation.fetch_add(1, Ordering::Release);
        }
        let text = verdict.fault().map(|fault| fault.public_text(&self.check));
        self.effects.changed |= self.past.turn(status(verdict, &self.policy), text.as_deref());
    }

    /// Once a check, if its results are late three times in a row.
    fn note_lateness(&mut self, out: &Out, result: &Verdict, took: Duration) {
        if out.overdue.is_none() || result.is_fail() {
            self.late_runs = 0;
            return;
        }
        self.late_runs += 1;
        if self.late_runs == 3 && !mem::replace(&mut self.told_late, true) {
            self.tell(&What::AlwaysLate { elapsed: took });
        }
    }

    /// What all results so far add up to.
    fn verdict(&self) -> Verdict {
        match (self.streak.passing(), &self.fault, &self.warning) {
            (None, ..) => Verdict::Fail(Fault::NotRunYet),
            (Some(false), fault, _) => Verdict::Fail(fault.clone().unwrap_or(Fault::Abandoned)),
            (Some(true), _, Some(warning)) => Verdict::Warn(warning.clone()),
            (Some(true), _, None) => Verdict::Pass,
        }
    }

    /// The verdict that needs no run: a background check's, or a cached one.
    fn held(&self, now: Instant) -> Option<Verdict> {
        if !self.policy.keeps_results() {
            return None;
        }
        let background = self.policy.every.is_some();
        let Some(last) = self.last else {
            return background.then_some(Verdict::Fail(Fault::NotRunYet));
        };
        if now < last.kept_until(&self.policy) {
            return Some(self.verdict());
        }
        background.then_some(Verdict::Fail(Fault::Stale))
    }

    pub(crate) fn snapshot(&self, verdict: Verdict, now: Instant) -> Snapshot {
        let failures = self.streak.failures();
        Snapshot {
            verdict,
            hidden: self.fault.clone().filter(|_| failures > 0),
            last: self.last,
            since: self.past.since,
            failures,
            thresholded: self.streak.hides_last(),
            pending: false,
            good_until: self.good_until(now),
        }
    }

    /// Until when the verdict of now can be said again without asking.
    fn good_until(&self, now: Instant) -> Option<Instant> {
        if !self.policy.keeps_results() {
            return None;
        }
        let kept = self.last?.kept_until(&self.policy);
        // Somebody has to look when the task is due that should renew it.
        let until = self.turns.until().map_or(kept, |until| kept.min(until));
        (now < until).then_some(until)
    }

    /// Until when a pass that is held can be said again; `None` for whatever has to be asked.
    pub(crate) fn passes_until(&self, now: Instant) -> Option<Instant> {
        if self.streak.passing() == Some(true) { self.good_until(now) } else { None }
    }

    /// What is known without asking; `None` before the first result.
    pub(crate) fn known(&mut self, now: Instant) -> Option<Snapshot> {
        let verdict = match self.held(now) {
            Some(stale @ Verdict::Fail(Fault::Stale)) => {
                let age = self.last.map(|last| now.saturating_duration_since(last.at));
                self.say(&stale, now, age.unwrap_or_default(), 0);
                stale
            }
            _ => self.said.clone()?,
        };
        Some(self.snapshot(verdict, now))
    }

    /// When a background result goes stale that is not yet.
    pub(crate) fn goes_stale(&self, now: Instant) -> Option<Instant> {
        self.policy.every?;
        self.last.map(|last| last.kept_until(&self.policy)).filter(|&stale| now < stale)
    }
}

impl Finished {
    fn kept_until(self, policy: &Policy) -> Instant {
        after(self.at, policy.keep(self.passed))
    }
}

impl Out {
    fn join(&mut self) -> Waiting {
        self.landing.get_or_insert_with(|| Arc::new(Landing::new(self.gives_up))).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check_config::CheckConfig;

    #[test]
    fn a_background_run_that_is_out_has_its_time() {
        let policy = Policy::resolve(&mut CheckConfig::default());
        let (timeout, begun) = (policy.timeout, Instant::now());
        let mut state = State::new(policy, "database".into(), Vec::new());
        assert!(state.begin_in_background(begun).is_some());
        let given_up = begun + timeout + DEFAULT_BUDGET;
        for now in [begun, begun + timeout, given_up - Duration::from_nanos(1)] {
            assert!(state.begin_in_background(now).is_none());
        }
        assert!(state.begin_in_background(given_up).is_some());
    }
}
