use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
    time::Duration,
};

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::JoinHandle,
};

use crate::watchdog::worker::{Activity, Worker};

/// A runtime that is watched.
pub(crate) struct Watched {
    handle: Handle,
    /// The thread that made it known, for which it is not watched twice, and the name of that.
    pub(crate) thread: ThreadId,
    pub(crate) name: String,
    pub(crate) workers: Vec<Worker>,
    ping: Ping,
    /// The workers that the log was told of, and for how long they were stuck then.
    pub(crate) told: Vec<usize>,
    pub(crate) lost: Duration,
}

/// A task that does nothing: only a worker that takes up tasks ends it.
#[derive(Default)]
struct Ping {
    answered: Arc<AtomicBool>,
    task: Option<JoinHandle<()>>,
    answers: u64,
}

impl Watched {
    /// The runtime of this thread.
    pub(crate) fn here() -> Option<Self> {
        let handle = Handle::try_current().ok()?;
        let workers = if counts(&handle) { handle.metrics().num_workers() } else { 1 };
        let thread = thread::current();
        Some(Self {
            workers: (0..workers).map(|_| Worker::default()).collect(),
            handle,
            thread: thread.id(),
            name: thread.name().unwrap_or("unnamed").to_owned(),
            ping: Ping::default(),
            told: Vec::new(),
            lost: Duration::ZERO,
        })
    }

    /// Takes a sample of every worker; false if the runtime is gone.
    pub(crate) fn sample(&mut self, counted: Duration) -> bool {
        let Some(answers) = self.ping.sample(&self.handle) else { return false };
        if counts(&self.handle) {
            for (at, worker) in self.workers.iter_mut().enumerate() {
                worker.sample(activity(&self.handle, at), counted);
            }
        } else {
            self.workers[0].sample(Some((answers, Duration::ZERO)), counted);
        }
        true
    }

    /// The workers that have been in one task for so long.
    pub(crate) fn stuck(&self, bound: Duration) -> Vec<usize> {
        let stuck = |&at: &usize| self.workers[at].still() >= bound;
        (0..self.workers.len()).filter(stuck).collect()
    }
}

impl Ping {
    /// How many were answered; `None` if there is nobody any more who could.
    fn sample(&mut self, runtime: &Handle) -> Option<u64> {
        if let Some(task) = &self.task {
            if !task.is_finished() {
                return Some(self.answers);
            }
            if !self.answered.swap(false, Ordering::Acquire) {
                return None;
            }
            self.answers += 1;
        }
        let answered = self.answered.clone();
        self.task = Some(runtime.spawn(async move { answered.store(true, Ordering::Release) }));
        Some(self.answers)
    }
}

/// Whether the runtime counts what each worker does. A runtime of one thread is not asked, because
/// it counts alike when nobody drives it.
fn counts(runtime: &Handle) -> bool {
    cfg!(target_has_atomic = "64") && runtime.runtime_flavor() != RuntimeFlavor::CurrentThread
}

/// What a worker has done; `None` if it waits for work. Busy time is added up when a worker begins
/// to wait and after 61 polls.
#[cfg(target_has_atomic = "64")]
fn activity(runtime: &Handle, worker: usize) -> Option<Activity> {
    let metrics = runtime.metrics();
    let count = metrics.worker_park_unpark_count(worker);
    let waits = count % 2 == 1;
    (!waits).then(|| (count, metrics.worker_total_busy_duration(worker)))
}

#[cfg(not(target_has_atomic = "64"))]
fn activity(_: &Handle, _: usize) -> Option<Activity> {
    None
}
