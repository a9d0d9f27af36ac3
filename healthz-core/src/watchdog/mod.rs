//! Is a runtime stuck: the one illness of a process that a restart cures.
//!
//! A thread, which needs no runtime, takes samples: of each worker of a runtime what it has done,
//! and of a runtime of one thread whether it takes up a task. A worker that stays in one task for
//! the bound is stuck. Time in which the whole process could not run is nobody's fault
//! ([`machine`]).

pub(crate) mod machine;
pub(crate) mod watched;
pub(crate) mod worker;

use std::{
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use tracing::{Dispatch, dispatcher, subscriber::NoSubscriber};

use crate::{
    lifecycle::{life::Life, stall::KnownRuntime},
    plan::runtime_watch::RuntimeWatch,
    support::lock::lock,
    watchdog::{machine::Machine, watched::Watched},
};

/// Samples are taken so often, and ten times within the bound at least.
const PERIOD: Duration = Duration::from_secs(1);

/// Watches the runtimes that were made known to it.
pub(crate) struct Watchdog {
    watch: RuntimeWatch,
    life: Arc<Life>,
    watched: Mutex<Vec<Watched>>,
    /// It has no runtime to watch.
    blind: AtomicBool,
}

/// A line for the log.
enum Line {
    Stuck { runtime: String, workers: Vec<usize>, of: usize, lost: Duration },
    Recovered { runtime: String, lost: Duration },
}

impl Watchdog {
    /// Begins to watch; ends when it is dropped.
    pub(crate) fn start(watch: RuntimeWatch, life: Arc<Life>) -> Arc<Self> {
        let watchdog =
            Arc::new(Self { watch, life, watched: Mutex::default(), blind: AtomicBool::new(true) });
        watchdog.watch_here();
        watchdog.life.stall.note(watchdog.found());
        let (weak, period) = (Arc::downgrade(&watchdog), PERIOD.min(watch.bound / 10));
        // A subscriber of this thread alone shall hear of it, too.
        let dispatch = dispatcher::get_default(Dispatch::clone);
        let run = move || {
            if dispatch.is::<NoSubscriber>() {
                // Set as a default, it would keep lines from the `log` crate.
                run(&weak, period);
            } else {
                dispatcher::with_default(&dispatch, || run(&weak, period));
            }
        };
        let thread = thread::Builder::new().name("healthz-watchdog".into()).spawn(run);
        if let Err(error) = thread {
            tracing::error!(target: "healthz", %error, "the runtime is not watched");
        }
        watchdog
    }

    /// Makes the runtime of this thread known, if it is in one that is not known yet.
    pub(crate) fn watch_here(&self) {
        let Some(here) = Watched::here() else { return };
        let mut watched = lock(&self.watched);
        if !watched.iter().any(|known| known.thread == here.thread) {
            watched.push(here);
            self.blind.store(false, Ordering::Relaxed);
        }
    }

    /// The same, if no runtime is known.
    pub(crate) fn ensure(&self) {
        if self.blind.load(Ordering::Relaxed) {
            self.watch_here();
        }
    }

    fn sample(&self, counted: Duration) {
        let mut watched = lock(&self.watched);
        watched.retain_mut(|watched| watched.sample(counted));
        self.blind.store(watched.is_empty(), Ordering::Relaxed);
        drop(watched);
        if self.life.stall.note(self.found()) {
            self.life.stage.wake();
        }
        for line in self.lines() {
            line.write();
        }
    }

    fn found(&self) -> KnownRuntime {
        let mut found = KnownRuntime { workers: 0, stuck_workers: 0, stuck: false };
        for watched in &*lock(&self.watched) {
            let (stuck, of) = (watched.stuck(self.watch.bound).len(), watched.workers.len());
            found.workers += of;
            found.stuck_workers += stuck;
            found.stuck |= stuck == of || (self.watch.strict && stuck > 0);
        }
        found
    }

    /// What the log has not been told.
    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for watched in &mut *lock(&self.watched) {
            let (stuck, runtime) = (watched.stuck(self.watch.bound), watched.name.clone());
            let longest = stuck.iter().map(|&at| watched.workers[at].still()).max();
            watched.lost = longest.unwrap_or(watched.lost);
            let lost = watched.lost;
            if stuck.iter().any(|at| !watched.told.contains(at)) {
                let of = watched.workers.len();
                lines.push(Line::Stuck { runtime, workers: stuck.clone(), of, lost });
            } else if stuck.is_empty() && !watched.told.is_empty() {
                lines.push(Line::Recovered { runtime, lost });
            }
            watched.told = stuck;
        }
        lines
    }
}

impl Line {
    fn write(self) {
        match self {
            Self::Stuck { runtime, workers, of, lost } => tracing::error!(
                target: "healthz",
                runtime = &*runtime,
                ?workers,
                of,
                ?lost,
                "workers of the runtime are stuck in a task that blocks"
            ),
            Self::Recovered { runtime, lost } => tracing::info!(
                target: "healthz",
                runtime = &*runtime,
                ?lost,
                "the runtime takes up tasks again"
            ),
        }
    }
}

fn run(watchdog: &Weak<Watchdog>, period: Duration) {
    let mut machine = Machine::new();
    loop {
        thread::sleep(period);
        let Some(watchdog) = watchdog.upgrade() else { return };
        let counted = machine.counted(period);
        watchdog.sample(counted);
    }
}
