//! Every order of what can happen to a checker, up to a fixed length, against a model.

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use tokio::{
    runtime::{Builder, Runtime},
    time::Instant,
};

use crate::{
    check::{check_fn::check_fn, health_error::HealthError, registration::Registration},
    engine::{
        announcer::Announcer,
        checker::{Asked, Checker, Waiting},
        fault::Fault,
    },
    report::transition::TransitionKind,
    support::lock::lock,
};

const LENGTH: u32 = 5;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Somebody asks, and a new run would pass or fail at once, or be pending.
    Ask(Option<bool>),
    /// The run that is out ends so.
    Land(bool),
    /// The runtime of the run that is out goes away.
    Abort,
    /// The budget of the last one who waits is over.
    Overdue,
}

const STEPS: [Step; 7] = [
    Step::Ask(None),
    Step::Ask(Some(true)),
    Step::Ask(Some(false)),
    Step::Land(true),
    Step::Land(false),
    Step::Abort,
    Step::Overdue,
];

/// What is expected, kept as simply as possible.
#[derive(Debug, Default)]
struct Model {
    runs: usize,
    out: bool,
    overdue: bool,
    down: bool,
    failed: usize,
    recovered: usize,
}

impl Model {
    fn settle(&mut self, passed: bool) {
        let late = std::mem::take(&mut self.overdue);
        self.out = false;
        if passed && self.down && !late {
            self.down = false;
            self.recovered += 1;
        } else if !passed {
            self.fall();
        }
    }

    fn fall(&mut self) {
        self.failed += usize::from(!self.down);
        self.down = true;
    }
}

/// The real thing, with a check that does as it is told.
struct Real {
    checker: Arc<Checker>,
    next: Arc<Mutex<Option<bool>>>,
    runs: Arc<AtomicUsize>,
    out: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
    recovered: Arc<AtomicUsize>,
    runtime: Runtime,
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
        let [runs, out, failed, recovered] = std::array::from_fn(|_| Arc::<AtomicUsize>::default());
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
        let (fell, rose) = (failed.clone(), recovered.clone());
        let announcer = Announcer {
            listeners: vec![Arc::new(move |transition| {
                let count = match transition.kind() {
                    TransitionKind::Failed { .. } => &fell,
                    TransitionKind::Recovered { .. } => &rose,
                };
                count.fetch_add(1, Ordering::SeqCst);
            })],
        };
        let checker =
            Checker::new("db", Registration::new(check), Arc::new(announcer), Arc::default());
        Self {
            checker: Arc::new(checker),
            next,
            runs,
            out,
            failed,
            recovered,
            runtime: runtime(),
            waiting: Vec::new(),
        }
    }

    fn ask(&mut self, next: Option<bool>) -> Asked {
        *lock(&self.next) = next;
        let _inside = self.runtime.enter();
        let asked = self.checker.ask(Instant::now(), false);
        *lock(&self.next) = None;
        asked
    }

    /// Lets the run's task go; it has not been polled before, so it polls the run.
    fn land(&mut self, passed: bool) {
        *lock(&self.next) = Some(passed);
        self.runtime.block_on(tokio::task::yield_now());
        assert_eq!(lock(&self.next).take(), None, "the run was not polled");
    }

    fn expected(&self, model: &Model) {
        let counted = |count: &AtomicUsize| count.load(Ordering::SeqCst);
        assert_eq!(counted(&self.runs), model.runs, "runs");
        assert_eq!(counted(&self.out), usize::from(model.out), "runs that are out");
        assert_eq!(counted(&self.failed), model.failed, "transitions to failing");
        assert_eq!(counted(&self.recovered), model.recovered, "recoveries");
    }

    fn step(&mut self, step: Step, model: &mut Model) {
        match step {
            Step::Ask(next) => {
                let joins = model.out;
                model.runs += usize::from(!joins);
                match (self.ask(next), next) {
                    (Asked::Pending(waiting), _) if joins => self.waiting.push(waiting),
                    (Asked::Pending(waiting), None) => {
                        model.out = true;
                        self.waiting.push(waiting);
                    }
                    (Asked::Known(verdict), Some(passed)) if !joins => {
                        assert_eq!(verdict.is_ok(), passed);
                        model.settle(passed);
                    }
                    (Asked::Pending(_), _) => panic!("a run that was ready at once is pending"),
                    (Asked::Known(_), _) => panic!("a verdict from nowhere"),
                }
            }
            Step::Land(passed) if model.out => {
                self.land(passed);
                model.settle(passed);
                for waiting in self.waiting.drain(..) {
                    let verdict = waiting.borrow().clone().map(|verdict| verdict.is_ok());
                    assert_eq!(verdict, Some(passed), "everybody who waited is told");
                }
            }
            Step::Abort if model.out => {
                self.runtime = runtime();
                (model.out, model.overdue) = (false, false);
                for waiting in self.waiting.drain(..) {
                    assert!(waiting.borrow().is_none() && waiting.has_changed().is_err());
                }
            }
            Step::Overdue if model.out => {
                let last = &self.waiting[self.waiting.len() - 1];
                let verdict = self.checker.overdue(last, Instant::now());
                assert!(matches!(verdict, Err(Fault::Overdue)));
                model.overdue = true;
                model.fall();
            }
            Step::Land(_) | Step::Abort | Step::Overdue => {}
        }
    }
}

#[test]
fn every_order_of_events_does_what_the_model_does() {
    let kinds = STEPS.len();
    for mut number in 0..kinds.pow(LENGTH) {
        let mut steps = Vec::new();
        for _ in 0..LENGTH {
            steps.push(STEPS[number % kinds]);
            number /= kinds;
        }
        let (mut real, mut model) = (Real::new(), Model::default());
        for (done, &step) in steps.iter().enumerate() {
            let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                real.step(step, &mut model);
                real.expected(&model);
            }));
            assert!(checked.is_ok(), "step {done} of {steps:?}, expected {model:?}");
        }
    }
}
