use std::{
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex, TryLockError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    engine::{
        asking::{self, Asked},
        checker::{Checker, moment},
        landing::Waiting,
        prober_spans::ProberSpans,
        snapshot::Snapshot,
        walk::{Halt, Walk},
    },
    lifecycle::{Lifecycle, life::Life},
    plan::endpoint_kind::EndpointKind,
    report::{
        OK, Report, SHUTTING_DOWN, STARTING, known_check::KnownCheck,
        known_endpoint::KnownEndpoint, status::Status,
    },
    support::{lock::lock, time::after},
};

/// One endpoint: its checks, asked side by side and within its budget.
///
/// Probes come several times a second for years and nearly all find that all is well, so that is
/// the case which everything here is arranged for: quick checks are run in one [`Walk`], what
/// checks with a cache or an interval came to is kept as a whole, and a report is made only of what
/// fails.
pub(crate) struct Responder {
    pub(crate) name: Arc<str>,
    pub(crate) kind: EndpointKind,
    pub(crate) budget: Duration,
    checkers: Box<[Arc<Checker>]>,
    /// The positions of the checkers that have to be asked on every probe, and of the others.
    fresh: Box<[usize]>,
    held: Box<[usize]>,
    /// Runs the fresh ones that are quick. Only ever tried: whoever finds it locked asks one by
    /// one, so that nobody queues behind a check that blocks its thread.
    walk: Mutex<Walk>,
    kept: Mutex<Option<Kept>>,
    /// Counts the changes that what is kept must not outlive.
    generation: Arc<AtomicU64>,
}

/// What a look at an endpoint came to.
pub(crate) enum Looked {
    Found(Found),
    /// Some check has to be waited for, at most until the budget is over. Only this branch pays for
    /// a future.
    Waiting(Pin<Box<dyn Future<Output = Found> + Send>>),
}

/// How an endpoint stands, for an answer that says no more than that.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    /// No required check fails, or there is none.
    Pass,
    /// What fails, and nothing of what does not. The same report again is the same allocation
    /// again.
    Report(Arc<Report>),
}

/// What can be said of the checks that keep their results, without asking them.
struct Kept {
    generation: u64,
    until: Instant,
    /// Those that fail.
    failing: Vec<Failing>,
    /// What they come to, if the endpoint has no others.
    found: Option<Found>,
}

/// A check that makes the endpoint unhealthy, by its position.
type Failing = (usize, Snapshot);

/// What is known without asking.
enum Recalled {
    All(Found),
    /// Which of the checks fail that keep their results.
    Held(Vec<Failing>),
}

/// One look at an endpoint.
struct Look {
    now: Instant,
    generation: u64,
    /// It is known without asking how the checks stand that keep their results.
    knows_held: bool,
    /// The checks that fail, in the endpoint's own order.
    failing: Vec<Failing>,
    /// The checks that have to be waited for.
    running: Vec<(usize, Waiting)>,
    /// Until when the held results can be said again; `None` if some cannot, or none was asked.
    good_until: Option<Instant>,
}

impl Responder {
    pub(crate) fn new(
        name: &str,
        kind: EndpointKind,
        budget: Duration,
        checkers: Box<[Arc<Checker>]>,
    ) -> Self {
        let generation = Arc::<AtomicU64>::default();
        for checker in checkers.iter().filter(|checker| checker.policy().keeps_results()) {
            checker.decide(|state| state.count_in(generation.clone()));
        }
        let keeps = |at: &usize| checkers[*at].policy().keeps_results();
        let (held, fresh): (Vec<_>, Vec<_>) = (0..checkers.len()).partition(keeps);
        let walk = Mutex::new(Walk::new(fresh.iter().map(|&at| &checkers[at])));
        Self {
            name: name.into(),
            kind,
            budget,
            checkers,
            fresh: fresh.into(),
            held: held.into(),
            walk,
            kept: Mutex::default(),
            generation,
        }
    }

    /// Looks at the endpoint at once, or says what to wait for. A look that finds every check
    /// passing at once builds no report and allocates nothing.
    #[inline]
    pub(crate) fn look(self: &Arc<Self>, life: &Arc<Life>) -> Looked {
        if let Some(closed) = self.gate(life) {
            return Looked::Found(Found::Report(Arc::new(closed)));
        }
        if self.checkers.is_empty() {
            return Looked::Found(Found::Pass);
        }
        self.look_at_checks(life)
    }

    fn look_at_checks(self: &Arc<Self>, life: &Arc<Life>) -> Looked {
        // Before anything is asked: a change that comes while this looks makes void what it keeps.
        let generation = self.generation.load(Ordering::Acquire);
        let now = Instant::now();
        let (knows_held, failing) = match self.recall(generation, now) {
            Some(Recalled::All(found)) => return Looked::Found(found),
            Some(Recalled::Held(failing)) => (true, failing),
            None => (self.held.is_empty(), Vec::new()),
        };
        let running = Vec::new();
        let mut look = Look { now, generation, knows_held, failing, running, good_until: None };
        self.ask_all(&mut look);
        if look.found_all_well() {
            return Looked::Found(Found::Pass);
        }
        if look.running.is_empty() {
            return Looked::Found(self.finish(look));
        }
        let (responder, life) = (self.clone(), life.clone());
        Looked::Waiting(Box::pin(async move {
            // One after the other takes no longer than the slowest: they all run already, and one
            // deadline holds for all.
            for (at, waiting) in mem::take(&mut look.running) {
                let checker = &responder.checkers[at];
                let snapshot = asking::wait(checker, waiting, look.now, responder.budget).await;
                look.note(at, checker, Asked::Known(snapshot));
            }
            // The service may have turned to its end meanwhile.
            match responder.gate(&life) {
                Some(closed) => Found::Report(Arc::new(closed)),
                None => responder.finish(look),
            }
        }))
    }

    /// Answers with everything that is known of the checks that are wanted, and asks no others.
    /// They are asked in the call itself.
    pub(crate) fn report(
        self: &Arc<Self>,
        life: &Arc<Life>,
        wanted: &dyn Fn(&str) -> bool,
    ) -> impl Future<Output = Report> + Send + use<> {
        let now = Instant::now();
        let closed = self.gate(life);
        let asked = if closed.is_some() { Vec::new() } else { self.ask_each(now, wanted) };
        let (responder, life) = (self.clone(), life.clone());
        async move {
            if let Some(closed) = closed {
                return closed;
            }
            let mut snapshots = Vec::with_capacity(asked.len());
            for (at, asked) in asked {
                let snapshot = match asked {
                    Asked::Known(snapshot) => snapshot,
                    Asked::Running(waiting) => {
                        let checker = &responder.checkers[at];
                        asking::wait(checker, waiting, now, responder.budget).await
                    }
                };
                snapshots.push((at, snapshot));
            }
            let told = snapshots.iter().map(|(at, snapshot)| (*at, snapshot));
            let report = responder.gate(&life).unwrap_or_else(|| responder.write(told));
            if responder.warns(&life) { report.or_warn() } else { report }
        }
    }

    /// Whether some workers of the runtime are stuck, and others can still answer.
    fn warns(&self, life: &Life) -> bool {
        let stuck = || life.stall.known().is_some_and(|runtime| runtime.stuck_workers > 0);
        self.kind == EndpointKind::Liveness && stuck()
    }

    /// The names of the checks, in the endpoint's own order.
    pub(crate) fn checks(&self) -> impl Iterator<Item = &str> {
        self.checkers.iter().map(|checker| &**checker.name())
    }

    /// Tells how the endpoint stands by what is known of all checks, which are sorted by their
    /// names.
    pub(crate) fn known(&self, life: &Life, all: &[KnownCheck]) -> KnownEndpoint {
        let named = |checker: &Arc<Checker>| {
            let found = all.binary_search_by(|known| known.name().cmp(checker.name()));
            found.ok().map(|at| &all[at])
        };
        let known: Vec<_> = self.checkers.iter().filter_map(named).collect();
        let (status, title) = match self.gate(life) {
            Some(closed) => (Some(closed.status()), closed.title().to_owned()),
            None => self.sum_up(&known),
        };
        let warning = self.warns(life).then_some(Status::Warn);
        let status = status.map(|status| warning.map_or(status, |warning| status.max(warning)));
        let checks = known.iter().map(|check| check.name.clone()).collect();
        KnownEndpoint { name: self.name.clone(), kind: self.kind, status, title, checks }
    }

    /// One failure is enough to know; for everything else each check must be known.
    fn sum_up(&self, known: &[&KnownCheck]) -> (Option<Status>, String) {
        let status = |check: &&KnownCheck| match self.kind {
            // A startup endpoint asks none again that has passed.
            EndpointKind::Startup if check.runs.pass + check.runs.warn > 0 => Some(Status::Pass),
            _ => check.status,
        };
        let fails = known.iter().filter(|&check| status(check).is_some_and(Status::is_fail));
        let texts: Vec<&str> = fails.filter_map(|check| check.text()).collect();
        if !texts.is_empty() {
            return (Some(Status::Fail), texts.join("; "));
        }
        let all = known.iter().map(status).collect::<Option<Vec<Status>>>();
        let worst = all.map(|all| all.into_iter().max().unwrap_or(Status::Pass));
        (worst, if worst.is_some() { OK.into() } else { String::new() })
    }

    /// What the lifecycle alone decides.
    #[inline]
    fn gate(&self, life: &Life) -> Option<Report> {
        let open = match self.kind {
            EndpointKind::Readiness => life.stage.get() == Lifecycle::Running,
            EndpointKind::Startup => life.stage.has_run(),
            EndpointKind::Liveness => !life.stall.is_stuck(),
            EndpointKind::Plain => true,
        };
        (!open).then(|| self.closed(life))
    }

    #[cold]
    fn closed(&self, life: &Life) -> Report {
        if self.kind == EndpointKind::Liveness {
            return Report::stuck();
        }
        let starting = life.stage.get() == Lifecycle::Starting;
        Report::closed(if starting { STARTING } else { SHUTTING_DOWN })
    }

    /// What was kept of the checks that keep their results, if it can be said again.
    fn recall(&self, generation: u64, now: Instant) -> Option<Recalled> {
        if self.held.is_empty() {
            return None;
        }
        let kept = lock(&self.kept);
        let good = |kept: &&Kept| kept.generation == generation && now < kept.until;
        let kept = kept.as_ref().filter(good)?;
        Some(match &kept.found {
            Some(found) => Recalled::All(found.clone()),
            None => Recalled::Held(kept.failing.clone()),
        })
    }

    /// Asks the checks that have to be asked; what is pending is left running.
    fn ask_all(&self, look: &mut Look) {
        let _aside = ProberSpans::put_aside();
        if !self.fresh.is_empty() && !self.walk(look) {
            for &at in &self.fresh {
                self.ask_one(at, look);
            }
        }
        if !look.knows_held {
            look.good_until = Some(after(look.now, Duration::MAX));
            for &at in &self.held {
                // After a change of one check all are looked at, and nearly all of them pass as
                // before.
                match self.checkers[at].passes_until(look.now) {
                    Some(until) => look.good_until = look.good_until.map(|good| good.min(until)),
                    None => self.ask_one(at, look),
                }
            }
        }
    }

    fn ask_one(&self, at: usize, look: &mut Look) {
        let asked = self.ask(&self.checkers[at], look.now);
        look.note(at, &self.checkers[at], asked);
    }

    fn ask_each(&self, now: Instant, wanted: &dyn Fn(&str) -> bool) -> Vec<(usize, Asked)> {
        let _aside = ProberSpans::put_aside();
        let checkers = self.checkers.iter().enumerate();
        let wanted = checkers.filter(|(_, checker)| wanted(checker.name()));
        wanted.map(|(at, checker)| (at, self.ask(checker, now))).collect()
    }

    /// Walks over the fresh checks and asks those that it cannot take along. False if it does not
    /// begin.
    fn walk(&self, look: &mut Look) -> bool {
        // What has passed once is not run again by a startup endpoint.
        if self.kind == EndpointKind::Startup {
            return false;
        }
        let mut walk = match self.walk.try_lock() {
            Ok(walk) => walk,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        let (mut from, now) = (0, moment(look.now));
        while let Err((step, halt)) = walk.go(from, now) {
            let at = self.fresh[step];
            // Its run is dated from the start of the look, because to read the clock for each costs
            // as much as a quick check does.
            let (checker, started) = (&self.checkers[at], look.now);
            let asked = match halt {
                Halt::NotQuick => asking::ask(checker, started, self.budget),
                Halt::Ended(number, ended) => {
                    asking::end_walked(checker, number, ended, started, self.budget)
                }
                Halt::Pending(number, run) => {
                    asking::detach_walked(checker, number, run, started, self.budget)
                }
            };
            look.note(at, checker, asked);
            from = step + 1;
        }
        walk.ended(look.now, Instant::now());
        true
    }

    /// Asks a check; a startup endpoint asks none again that has passed.
    fn ask(&self, checker: &Arc<Checker>, now: Instant) -> Asked {
        let passed = self.has_passed(checker, now).map(Asked::Known);
        passed.unwrap_or_else(|| asking::ask(checker, now, self.budget))
    }

    /// What a startup endpoint knows of a check that has passed.
    fn has_passed(&self, checker: &Checker, now: Instant) -> Option<Snapshot> {
        (self.kind == EndpointKind::Startup).then(|| checker.has_passed(now)).flatten()
    }

    /// Says what was found, and keeps what need not be asked again.
    fn finish(&self, look: Look) -> Found {
        let found = if look.failing.is_empty() {
            Found::Pass
        } else {
            let failing = look.failing.iter().map(|(at, snapshot)| (*at, snapshot));
            Found::Report(Arc::new(self.write(failing)))
        };
        // A startup endpoint goes by whether a check has ever passed. Where `recover_after` hides
        // the first pass, that changes without a change of what the check says.
        if !look.knows_held && self.kind != EndpointKind::Startup {
            self.keep(look, &found);
        }
        found
    }

    /// Keeps what the held results came to, if all of them can be said again. If it has changed
    /// meanwhile, the generation is another one by now, and nobody recalls this.
    fn keep(&self, look: Look, found: &Found) {
        let Some(until) = look.good_until else { return };
        let mut failing = look.failing;
        failing.retain(|(at, _)| self.checkers[*at].policy().keeps_results());
        let found = self.fresh.is_empty().then(|| found.clone());
        *lock(&self.kept) = Some(Kept { generation: look.generation, until, failing, found });
    }

    /// Makes the report of some checks, in the endpoint's own order.
    fn write<'s>(&self, snapshots: impl Iterator<Item = (usize, &'s Snapshot)>) -> Report {
        let now = Instant::now();
        let check = |(at, snapshot): (usize, &Snapshot)| self.checkers[at].report(snapshot, now);
        Report::new(snapshots.map(check).collect())
    }
}

impl Look {
    /// There is nothing to say, to wait for or to keep.
    fn found_all_well(&self) -> bool {
        self.failing.is_empty() && self.running.is_empty() && self.knows_held
    }

    fn note(&mut self, at: usize, checker: &Checker, asked: Asked) {
        let snapshot = match asked {
            Asked::Known(snapshot) => snapshot,
            Asked::Running(waiting) => return self.running.push((at, waiting)),
        };
        if checker.policy().keeps_results() {
            let good_until = snapshot.good_until;
            self.good_until = self.good_until.and_then(|until| Some(until.min(good_until?)));
        }
        if snapshot.is_fail(checker.policy()) {
            // What was waited for comes last and has its place among the others all the same.
            let place = self.failing.partition_point(|(other, _)| *other < at);
            self.failing.insert(place, (at, snapshot));
        }
    }
}
