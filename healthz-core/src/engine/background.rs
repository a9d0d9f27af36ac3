use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    runtime::Handle,
    task::AbortHandle,
    time::{Instant, sleep_until},
};

use crate::{
    engine::checker::Checker,
    support::{lock::lock, time::after},
};

/// Runs the checkers that have an interval, from the first time there is a tokio runtime until the
/// registry is dropped. If that runtime goes away first, the next one that asks takes over.
pub(crate) struct Background {
    checkers: Vec<Arc<Checker>>,
    running: Arc<AtomicBool>,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Background {
    pub(crate) fn new(checkers: Vec<Arc<Checker>>) -> Self {
        Self { checkers, running: Arc::default(), tasks: Mutex::default() }
    }

    pub(crate) fn ensure(&self) {
        if !self.checkers.is_empty() && !self.running.load(Ordering::Relaxed) {
            self.start();
        }
    }

    fn start(&self) {
        let Ok(runtime) = Handle::try_current() else { return };
        let mut tasks = lock(&self.tasks);
        if self.running.swap(true, Ordering::Relaxed) {
            return;
        }
        let turn = Arc::new(RunningTasks(self.running.clone()));
        *tasks = self
            .checkers
            .iter()
            .map(|checker| runtime.spawn(run_every(checker.clone(), turn.clone())).abort_handle())
            .collect();
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        for task in lock(&self.tasks).drain(..) {
            task.abort();
        }
    }
}

/// Shared by the tasks of one runtime; gone when the last of them is.
struct RunningTasks(Arc<AtomicBool>);

impl Drop for RunningTasks {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

async fn run_every(checker: Arc<Checker>, _turn: Arc<RunningTasks>) {
    let interval = checker.policy().every.unwrap_or_default();
    loop {
        let started = Instant::now();
        if let Some(run) = checker.begin() {
            run.land().await;
        }
        sleep_until(after(started, interval.saturating_add(jitter(interval)))).await;
    }
}

/// Up to a tenth of the interval. `RandomState` is the one source of randomness in `std`.
fn jitter(interval: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or_default();
    (interval / 10).mul_f64(f64::from(random) / f64::from(u32::MAX))
}
