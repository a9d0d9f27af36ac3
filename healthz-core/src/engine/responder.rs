use std::{
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

use crate::{
    engine::{
        checker::{Asked, Checker, Waiting},
        fault::{Fault, Verdict},
    },
    lifecycle::{Lifecycle, life::Life, stage::Stage},
    plan::endpoint_kind::EndpointKind,
    report::{Report, SHUTTING_DOWN, STARTING},
    support::{lock::lock, time::after},
};

/// One endpoint: its checks, asked side by side and within its budget.
pub(crate) struct Responder {
    pub(crate) name: Arc<str>,
    pub(crate) kind: EndpointKind,
    pub(crate) budget: Duration,
    checkers: Box<[Arc<Checker>]>,
    /// The positions of the checkers that have to be asked on every probe.
    fresh: Box<[usize]>,
    kept: Mutex<Option<Kept>>,
    generation: Arc<AtomicU64>,
}

/// What a look at an endpoint came to.
pub(crate) enum Looked {
    Found(Found),
    /// Some check has to be waited for, at most until the budget is over.
    Waiting(Pin<Box<dyn Future<Output = Found> + Send>>),
}

/// How an endpoint stands.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    /// No required check fails, or there is none.
    Pass,
    /// The same report again is the same allocation again.
    Report(Arc<Report>),
}

/// What can be said of the checks that keep their results, without asking them.
struct Kept {
    generation: u64,
    until: Instant,
    /// What was found; while it passes, only the fresh checks need asking.
    found: Found,
}

/// What one probe saw of one check.
struct Seen {
    verdict: Verdict,
    pending: bool,
}

impl Responder {
    pub(crate) fn new(
        name: &str,
        kind: EndpointKind,
        budget: Duration,
        checkers: Box<[Arc<Checker>]>,
        generation: Arc<AtomicU64>,
    ) -> Self {
        let fresh =
            (0..checkers.len()).filter(|&i| !checkers[i].policy().keeps_results()).collect();
        Self {
            name: name.into(),
            kind,
            budget,
            checkers,
            fresh,
            kept: Mutex::default(),
            generation,
        }
    }

    /// Looks at the endpoint at once, or says what to wait for. A look that finds every check passing
    /// at once builds no report and allocates nothing.
    pub(crate) fn look(self: &Arc<Self>, life: &Arc<Life>) -> Looked {
        if let Some(closed) = self.gate(&life.stage) {
            return Looked::Found(Found::Report(Arc::new(closed)));
        }
        if self.checkers.is_empty() {
            return Looked::Found(Found::Pass);
        }
        let now = Instant::now();
        match self.first_look(now) {
            FirstLook::Found(found) => Looked::Found(found),
            FirstLook::Asked(asked, generation) => {
                let (responder, life) = (self.clone(), life.clone());
                Looked::Waiting(Box::pin(async move {
                    let found = responder.wait(asked, generation, now).await;
                    // The service may have turned to its end meanwhile.
                    let closed = responder.gate(&life.stage);
                    closed.map_or(found, |report| Found::Report(Arc::new(report)))
                }))
            }
        }
    }

    /// Answers with everything that is known.
    pub(crate) async fn report(&self, stage: &Stage) -> Report {
        if let Some(report) = self.gate(stage) {
            return report;
        }
        let now = Instant::now();
        let asked = self.checkers.iter().map(|checker| self.ask(checker, now, true)).collect();
        let report = self.finish(asked, now).await;
        self.gate(stage).unwrap_or(report)
    }

    /// What the lifecycle alone decides.
    fn gate(&self, stage: &Stage) -> Option<Report> {
        let closed = match self.kind {
            EndpointKind::Readiness => stage.get() != Lifecycle::Running,
            EndpointKind::Startup => !stage.has_run(),
            EndpointKind::Plain | EndpointKind::Liveness => false,
        };
        closed.then(|| {
            let starting = stage.get() == Lifecycle::Starting;
            Report::closed(if starting { STARTING } else { SHUTTING_DOWN })
        })
    }

    /// Asks a check; a startup endpoint asks none again that has passed.
    fn ask(&self, checker: &Arc<Checker>, now: Instant, timed: bool) -> Asked {
        if self.kind == EndpointKind::Startup && checker.has_passed() {
            return Asked::Known(Ok(()));
        }
        checker.ask(now, timed)
    }

    fn first_look(&self, now: Instant) -> FirstLook {
        let generation = self.generation.load(Ordering::Acquire);
        let mut kept_all_pass = false;
        if self.fresh.len() < self.checkers.len() {
            let kept = lock(&self.kept);
            if let Some(kept) =
                kept.as_ref().filter(|kept| kept.generation == generation && now < kept.until)
            {
                match &kept.found {
                    Found::Report(_) => return FirstLook::Found(kept.found.clone()),
                    Found::Pass => kept_all_pass = true,
                }
            }
        }
        let positions = if kept_all_pass { self.fresh.len() } else { self.checkers.len() };
        for step in 0..positions {
            let position = if kept_all_pass { self.fresh[step] } else { step };
            match self.ask(&self.checkers[position], now, false) {
                Asked::Known(Ok(())) => {}
                asked => {
                    return FirstLook::Asked(
                        self.ask_the_rest(position, asked, kept_all_pass, now),
                        generation,
                    );
                }
            }
        }
        if !kept_all_pass {
            self.keep(&Found::Pass, generation, now);
        }
        FirstLook::Found(Found::Pass)
    }

    /// Completes what the first look broke off at `position`.
    fn ask_the_rest(
        &self,
        position: usize,
        asked: Asked,
        kept_all_pass: bool,
        now: Instant,
    ) -> Vec<Asked> {
        let mut broke_off = Some(asked);
        let ask = |(i, checker): (usize, &Arc<Checker>)| match broke_off.take_if(|_| i == position)
        {
            Some(asked) => asked,
            None if i < position || (kept_all_pass && checker.policy().keeps_results()) => {
                Asked::Known(Ok(()))
            }
            None => self.ask(checker, now, false),
        };
        self.checkers.iter().enumerate().map(ask).collect()
    }

    async fn wait(&self, asked: Vec<Asked>, generation: u64, now: Instant) -> Found {
        let report = self.finish(asked, now).await;
        let found =
            if report.code() == 200 { Found::Pass } else { Found::Report(Arc::new(report)) };
        self.keep(&found, generation, Instant::now());
        found
    }

    /// Waits for what is pending, at most until the budget is over.
    async fn finish(&self, asked: Vec<Asked>, now: Instant) -> Report {
        let mut seen = Vec::with_capacity(asked.len());
        let deadline = after(now, self.budget);
        for (checker, asked) in self.checkers.iter().zip(asked) {
            seen.push(match asked {
                Asked::Known(verdict) => Seen { verdict, pending: false },
                Asked::Pending(waiting) => Seen::wait(checker, waiting, deadline, now).await,
            });
        }
        let now = Instant::now();
        let checks = self.checkers.iter().zip(&seen);
        Report::new(
            checks
                .map(|(checker, seen)| checker.report(&seen.verdict, seen.pending, now))
                .collect(),
        )
    }

    /// Keeps what need not be asked again, if all the checkers that hold results have one.
    fn keep(&self, found: &Found, generation: u64, now: Instant) {
        let well = matches!(found, Found::Pass);
        let none_holds = self.fresh.len() == self.checkers.len();
        if none_holds || self.kind == EndpointKind::Startup || !(well || self.fresh.is_empty()) {
            return;
        }
        let held = self.checkers.iter().filter(|checker| checker.policy().keeps_results());
        // The least of them, and `None` is less than any.
        let Some(Some(until)) = held.map(|checker| checker.held_until(now)).min() else { return };
        *lock(&self.kept) = Some(Kept { generation, until, found: found.clone() });
    }
}

enum FirstLook {
    Found(Found),
    Asked(Vec<Asked>, u64),
}

impl Seen {
    async fn wait(
        checker: &Arc<Checker>,
        mut waiting: Waiting,
        deadline: Instant,
        asked: Instant,
    ) -> Self {
        // A run that was aborted with its runtime is begun once more, on this one.
        for _ in 0..2 {
            let landed = timeout_at(deadline, waiting.wait_for(Option::is_some)).await;
            match landed.map(|result| result.map(|verdict| verdict.clone())) {
                Ok(Ok(Some(verdict))) => return Self { verdict, pending: false },
                Ok(Ok(None) | Err(_)) => {}
                Err(_) => {
                    return Self { verdict: checker.overdue(&waiting, asked), pending: true };
                }
            }
            match checker.ask(Instant::now(), false) {
                Asked::Known(verdict) => return Self { verdict, pending: false },
                Asked::Pending(again) => waiting = again,
            }
        }
        Self { verdict: Err(Fault::Abandoned), pending: true }
    }
}
