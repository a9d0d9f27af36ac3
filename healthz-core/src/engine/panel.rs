use std::{
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

use super::{
    after,
    cell::{Asked, Cell, Waiting},
    fault::{Fault, Verdict},
    lock,
};
use crate::{
    Answer, EndpointKind, Lifecycle, Report,
    lifecycle::{life::Life, stage::Stage},
    wire,
};

/// One endpoint: its checks, asked side by side and within its budget.
pub(crate) struct Panel {
    pub(crate) name: Arc<str>,
    pub(crate) kind: EndpointKind,
    pub(crate) budget: Duration,
    cells: Box<[Arc<Cell>]>,
    /// The positions of the cells that have to be asked on every probe.
    fresh: Box<[usize]>,
    prepared: Mutex<Option<Prepared>>,
    generation: Arc<AtomicU64>,
}

/// An answer that is not there yet.
pub(crate) type Awaited = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// What can be said of the cells that hold their results, without asking them.
struct Prepared {
    generation: u64,
    until: Instant,
    /// `None` while they are well, so that only the fresh cells need asking.
    answer: Option<Answer>,
}

/// What one probe saw of one check.
struct Seen {
    verdict: Verdict,
    pending: bool,
}

impl Panel {
    pub(crate) fn new(
        name: &str,
        kind: EndpointKind,
        budget: Duration,
        cells: Box<[Arc<Cell>]>,
        generation: Arc<AtomicU64>,
    ) -> Self {
        let fresh = (0..cells.len()).filter(|&i| !cells[i].policy().holds()).collect();
        Self {
            name: name.into(),
            kind,
            budget,
            cells,
            fresh,
            prepared: Mutex::default(),
            generation,
        }
    }

    /// Answers a probe at once, or says what to wait for. A probe that finds every check well at once
    /// builds no report and allocates nothing.
    pub(crate) fn answer(self: &Arc<Self>, life: &Arc<Life>) -> Result<Answer, Awaited> {
        if let Some(report) = self.gate(&life.stage) {
            return Ok(report.answer());
        }
        if self.cells.is_empty() {
            return Ok(Answer::OK);
        }
        let now = Instant::now();
        match self.first_look(now) {
            FirstLook::Answer(answer) => Ok(answer),
            FirstLook::Asked(asked, generation) => {
                let (panel, life) = (self.clone(), life.clone());
                Err(Box::pin(async move {
                    let answer = panel.wait(asked, generation, now).await;
                    // The service may have turned to its end meanwhile.
                    panel.gate(&life.stage).map_or(answer, |report| report.answer())
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
        let asked = self.cells.iter().map(|cell| self.ask(cell, now, true)).collect();
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
            Report::unavailable(if starting { wire::STARTING } else { wire::SHUTTING_DOWN })
        })
    }

    /// Asks a check; a startup endpoint asks none again that has passed.
    fn ask(&self, cell: &Arc<Cell>, now: Instant, timed: bool) -> Asked {
        if self.kind == EndpointKind::Startup && cell.has_passed() {
            return Asked::Known(Ok(()));
        }
        cell.ask(now, timed)
    }

    fn first_look(&self, now: Instant) -> FirstLook {
        let generation = self.generation.load(Ordering::Acquire);
        let mut held_are_well = false;
        if self.fresh.len() < self.cells.len() {
            let prepared = lock(&self.prepared);
            if let Some(prepared) =
                prepared.as_ref().filter(|p| p.generation == generation && now < p.until)
            {
                match &prepared.answer {
                    Some(answer) => return FirstLook::Answer(answer.clone()),
                    None => held_are_well = true,
                }
            }
        }
        let positions = if held_are_well { self.fresh.len() } else { self.cells.len() };
        for step in 0..positions {
            let position = if held_are_well { self.fresh[step] } else { step };
            match self.ask(&self.cells[position], now, false) {
                Asked::Known(Ok(())) => {}
                asked => {
                    return FirstLook::Asked(
                        self.ask_the_rest(position, asked, held_are_well, now),
                        generation,
                    );
                }
            }
        }
        if !held_are_well {
            self.prepare(&Answer::OK, generation, now);
        }
        FirstLook::Answer(Answer::OK)
    }

    /// Completes what the first look broke off at `position`.
    fn ask_the_rest(
        &self,
        position: usize,
        asked: Asked,
        held_are_well: bool,
        now: Instant,
    ) -> Vec<Asked> {
        let mut broke_off = Some(asked);
        let ask = |(i, cell): (usize, &Arc<Cell>)| match broke_off.take_if(|_| i == position) {
            Some(asked) => asked,
            None if i < position || (held_are_well && cell.policy().holds()) => {
                Asked::Known(Ok(()))
            }
            None => self.ask(cell, now, false),
        };
        self.cells.iter().enumerate().map(ask).collect()
    }

    async fn wait(&self, asked: Vec<Asked>, generation: u64, now: Instant) -> Answer {
        let answer = self.finish(asked, now).await.answer();
        self.prepare(&answer, generation, Instant::now());
        answer
    }

    /// Waits for what is pending, at most until the budget is over.
    async fn finish(&self, asked: Vec<Asked>, now: Instant) -> Report {
        let mut seen = Vec::with_capacity(asked.len());
        let deadline = after(now, self.budget);
        for (cell, asked) in self.cells.iter().zip(asked) {
            seen.push(match asked {
                Asked::Known(verdict) => Seen { verdict, pending: false },
                Asked::Pending(waiting) => Seen::wait(cell, waiting, deadline, now).await,
            });
        }
        let now = Instant::now();
        let checks = self.cells.iter().zip(&seen);
        Report::new(
            checks.map(|(cell, seen)| cell.report(&seen.verdict, seen.pending, now)).collect(),
        )
    }

    /// Keeps what need not be asked again, if all the cells that hold results have one.
    fn prepare(&self, answer: &Answer, generation: u64, now: Instant) {
        let (well, none_holds) = (answer.is_healthy(), self.fresh.len() == self.cells.len());
        if none_holds || self.kind == EndpointKind::Startup || !(well || self.fresh.is_empty()) {
            return;
        }
        let held = self.cells.iter().filter(|cell| cell.policy().holds());
        // The least of them, and `None` is less than any.
        let Some(Some(until)) = held.map(|cell| cell.held_until(now)).min() else { return };
        let answer = (!well).then(|| answer.clone());
        *lock(&self.prepared) = Some(Prepared { generation, until, answer });
    }
}

enum FirstLook {
    Answer(Answer),
    Asked(Vec<Asked>, u64),
}

impl Seen {
    async fn wait(
        cell: &Arc<Cell>,
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
                    return Self { verdict: cell.overdue(&waiting, asked), pending: true };
                }
            }
            match cell.ask(Instant::now(), false) {
                Asked::Known(verdict) => return Self { verdict, pending: false },
                Asked::Pending(again) => waiting = again,
            }
        }
        Self { verdict: Err(Fault::Abandoned), pending: true }
    }
}
