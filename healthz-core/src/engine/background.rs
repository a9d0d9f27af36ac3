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

use super::{after, cell::Cell, lock};

/// Runs the cells that have an interval, from the first time there is a tokio runtime until the
/// registry is dropped. If that runtime goes away first, the next one that asks takes over.
pub(crate) struct Background {
    cells: Vec<Arc<Cell>>,
    running: Arc<AtomicBool>,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Background {
    pub(crate) fn new(cells: Vec<Arc<Cell>>) -> Self {
        Self { cells, running: Arc::default(), tasks: Mutex::default() }
    }

    pub(crate) fn ensure(&self) {
        if !self.cells.is_empty() && !self.running.load(Ordering::Relaxed) {
            self.start();
        }
    }

    fn start(&self) {
        let Ok(runtime) = Handle::try_current() else { return };
        let mut tasks = lock(&self.tasks);
        if self.running.swap(true, Ordering::Relaxed) {
            return;
        }
        let turn = Arc::new(Turn(self.running.clone()));
        *tasks = self
            .cells
            .iter()
            .map(|cell| runtime.spawn(tend(cell.clone(), turn.clone())).abort_handle())
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
struct Turn(Arc<AtomicBool>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

async fn tend(cell: Arc<Cell>, _turn: Arc<Turn>) {
    let interval = cell.policy().every.unwrap_or_default();
    loop {
        let started = Instant::now();
        if let Some(flight) = cell.begin() {
            flight.land().await;
        }
        sleep_until(after(started, interval.saturating_add(jitter(interval)))).await;
    }
}

/// Up to a tenth of the interval. `RandomState` is the one source of randomness in `std`.
fn jitter(interval: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or_default();
    (interval / 10).mul_f64(f64::from(random) / f64::from(u32::MAX))
}
