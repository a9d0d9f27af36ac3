//! Every order of what can happen to a checker, up to a fixed length, against a model.

use std::{
    future::poll_fn,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use tokio::{
    runtime::{Builder, Runtime},
    time::Instant,
};

use crate::{
    check::{check_fn::check_fn, health_error::HealthError, registration::Registration},
    engine::{
        announcer::Announcer,
        asking::{Asked, ask},
        checker::{Checker, moment},
        fault::{Fault, Verdict},
        landing::{Landed, Waiting},
    },
    support::lock::lock,
};

const LENGTH: u32 = 5;
const BUDGET: Duration = Duration::from_millis(800);
/// After so long, a run that nobody ends is over for whoever asks.
const LOST: Duration = Duration::from_secs(6);

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Somebody asks, and a new run would pass or fail at once, or be pending.
    Ask(Option<bool>),
    /// A walk comes by, if the check is quick, and passes.
    Walk,
    /// The run that is out ends so.
    Land(bool),
    /// The runtime of the run that is out goes away.
    Abort,
    /// The budget of the last one who waits is over.
    Overdue,
    /// The runtime of the run that is out is not driven for longer than the run may take, and
    /// somebody asks on another one; a new run would be pending.
    TakeOver,
}

const STEPS: [Step; 9] = [
    Step::Ask(None),
    Step::Ask(Some(true)),
    Step::Ask(Some(false)),
    Step::Walk,
    Step::Land(true),
    Step::Land(false),
    Step::Abort,
    Step::Overdue,
    Step::TakeOver,
];

/// What is expected, kept as simply as possible.
#[derive(Debug, Default)]
struct Model {
    runs: usize,
    /// The run that is the check's, and how many that it has lost are still there.
    out: bool,
    lost: usize,
    /// Somebody waits for the run that is out; somebody has waited in vain.
    waited_for: bool,
    overdue: bool,
    passing: Option<bool>,
    failed: u64,
    passed: u64,
    timeouts: u64,
}

impl Model {
    fn settle(&mut self, passed: bool) {
        self.out = false;
        let unheard = mem::take(&mut self.overdue) && !mem::take(&mut self.waited_for);
        self.waited_for = false;
        if !unheard {
            self.turn(passed);
        }
    }

    fn turn(&mut self, passing: bool) {
        if self.passing != Some(passing) {
            self.passing = Some(passing);
            *(if passing { &mut self.passed } else { &mut self.failed }) += 1;
        }
    }
}

/// The real thing, with a check that does as it is told.
struct Real {
    checker: Arc<Checker>,
    next: Arc<Mutex<Option<bool>>>,
    runs: Arc<AtomicUsize>,
    out: Arc<AtomicUsize>,
    now: Instant,
    runtime: Runtime,
    /// Runtimes that nobody drives any more, with the runs that were lost on them.
    asleep: Vec<Runtime>,
    waiting: Vec<Waiting>,
}

struct Out(Arc<AtomicUsize>);

impl Drop for Out {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

impl Real {
    fn new() -> Self {
        let next = Arc::<Mutex<Option<bool>>>::default();
        let [runs, out] = std::array::from_fn(|_| Arc::<AtomicUsize>::default());
        let check = {
            let (next, runs, out) = (next.clone(), runs.clone(), out.clone());
            check_fn(move || {
                runs.fetch_add(1, Ordering::SeqCst);
                out.fetch_add(1, Ordering::SeqCst);
                let (next, out) = (next.clone(), Out(out.clone()));
                async move {
                    let _out = out;
                    poll_fn(|_| lock(&next).take().map_or(Poll::Pending, Poll::Ready))
                        .await
                        .then_some(())
                        .ok_or_else(|| HealthError::new("down"))
                }
            })
        };
        let checker = Checker::new("db", Registration::new(check), Arc::new(Announcer::default()));
        let (checker, runtime) = (Arc::new(checker), runtime());
        let now = runtime.block_on(async { Instant::now() });
        let (asleep, waiting) = (Vec::new(), Vec::new());
        Self { checker, next, runs, out, now, runtime, asleep, waiting }
    }

    fn ask(&mut self, next: Option<bool>) -> Asked {
        *lock(&self.next) = next;
        let _inside = self.runtime.enter();
        let asked = ask(&self.checker, self.now, BUDGET);
        *lock(&self.next) = None;
        asked
    }

    /// Lets the run's task go; it has not been polled before, so it polls the run.
    fn land(&mut self, passed: bool) {
        *lock(&self.next) = Some(passed);
        self.runtime.block_on(tokio::task::yield_now());
        assert_eq!(lock(&self.next).take(), None, "the run was not polled");
    }

    fn walk(&self, model: &mut Model) -> bool {
        let Some(number) = self.checker.begin_walk() else { return false };
        assert!(
            !model.out && model.passing == Some(true),
            "a check that is not well is walked over"
        );
        assert!(self.checker.end_walk(number, moment(self.now)));
        true
    }

    fn expected(&self, model: &Model) {
        let counted = |count: &AtomicUsize| count.load(Ordering::SeqCst);
        assert_eq!(counted(&self.runs), model.runs, "runs");
        let out = usize::from(model.out) + model.lost;
        assert_eq!(counted(&self.out), out, "runs that are out");
        let known = self.checker.known(self.now);
        let transitions = known.transitions();
        assert_eq!(
            (transitions.fail, transitions.pass),
            (model.failed, model.passed),
            "transitions"
        );
        assert_eq!(known.runs().timeout(), model.timeouts, "runs that were taken over");
        let quick = self.checker.begin_walk();
        assert!(quick.is_none() || !model.out, "a run is out and another one may begin");
        if let Some(number) = quick {
            assert!(self.checker.end_walk(number, moment(self.now)));
        }
    }

    /// Makes a step; returns whether it is one from here.
    fn step(&mut self, step: Step, model: &mut Model) -> bool {
        match step {
            Step::Ask(next) => {
                let joins = model.out;
                model.runs += usize::from(!joins);
                match (self.ask(next), next) {
                    (Asked::Running(waiting), _) if joins => self.waits(waiting, model),
                    (Asked::Running(waiting), None) => {
                        model.out = true;
                        self.waits(waiting, model);
                    }
                    (Asked::Known(snapshot), Some(passed)) if !joins => {
                        assert_eq!(!snapshot.verdict.is_fail(), passed);
                        model.settle(passed);
                    }
                    (Asked::Running(_), _) => panic!("a run that was ready at once is pending"),
                    (Asked::Known(_), _) => panic!("a verdict from nowhere"),
                }
            }
            Step::Walk => return self.walk(model),
            Step::Land(passed) if model.out => {
                self.land(passed);
                model.settle(passed);
                for waiting in self.waiting.drain(..) {
                    let Some(Landed::Settled(snapshot)) = waiting.landed() else {
                        panic!("somebody who waited is not told")
                    };
                    assert_eq!(!snapshot.verdict.is_fail(), passed);
                }
            }
            Step::Abort if model.out => {
                self.runtime = runtime();
                (model.out, model.overdue, model.waited_for) = (false, false, false);
                self.are_sent_away();
            }
            Step::Overdue if !self.waiting.is_empty() => {
                let (last, now) = (self.waiting.pop().unwrap(), self.now);
                let told = self
                    .checker
                    .decide(|state| state.give_up_waiting(&last, Fault::Overdue, now, now).verdict);
                assert!(matches!(told, Verdict::Fail(Fault::Overdue)));
                model.overdue = true;
                model.waited_for = !self.waiting.is_empty();
                model.turn(false);
            }
            Step::TakeOver if model.out => {
                self.asleep.push(mem::replace(&mut self.runtime, runtime()));
                self.now += LOST;
                let Asked::Running(waiting) = self.ask(None) else {
                    panic!("a verdict from nowhere")
                };
                self.are_sent_away();
                self.waits(waiting, model);
                (model.lost, model.overdue) = (model.lost + 1, false);
                model.runs += 1;
                model.timeouts += 1;
            }
            Step::Land(_) | Step::Abort | Step::Overdue | Step::TakeOver => return false,
        }
        true
    }

    /// The runtimes are driven again on which runs were lost: whatever they come to changes
    /// nothing.
    fn the_lost_come_back(&mut self, model: &mut Model) {
        for runtime in mem::take(&mut self.asleep) {
            *lock(&self.next) = Some(model.passing != Some(true));
            runtime.block_on(tokio::task::yield_now());
            assert_eq!(lock(&self.next).take(), None, "the lost run was not polled");
            model.lost -= 1;
        }
    }

    fn waits(&mut self, waiting: Waiting, model: &mut Model) {
        self.waiting.push(waiting);
        model.waited_for = true;
    }

    fn are_sent_away(&mut self) {
        for waiting in self.waiting.drain(..) {
            assert!(matches!(waiting.landed(), Some(Landed::Aborted)));
        }
    }
}

#[test]
fn every_order_of_events_does_what_the_model_does() {
    let kinds = STEPS.len();
    'orders: for mut number in 0..kinds.pow(LENGTH) {
        let mut steps = Vec::new();
        for _ in 0..LENGTH {
            steps.push(STEPS[number % kinds]);
            number /= kinds;
        }
        let (mut real, mut model) = (Real::new(), Model::default());
        for (done, &step) in steps.iter().enumerate() {
            let checked = catch_unwind(AssertUnwindSafe(|| {
                let is_step = real.step(step, &mut model);
                real.expected(&model);
                is_step
            }));
            assert!(checked.is_ok(), "step {done} of {steps:?}, expected {model:?}");
            if let Ok(false) = checked {
                // A shorter order of events has been tried elsewhere.
                continue 'orders;
            }
        }
        let checked = catch_unwind(AssertUnwindSafe(|| {
            real.the_lost_come_back(&mut model);
            real.expected(&model);
        }));
        assert!(checked.is_ok(), "the end of {steps:?}, expected {model:?}");
    }
}
