use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether the workers of the watched runtimes take up tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownRuntime {
    pub(crate) workers: usize,
    pub(crate) stuck_workers: usize,
    pub(crate) stuck: bool,
}

impl KnownRuntime {
    /// Returns how many workers are watched.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// Returns how many of them have been stuck in one task for longer than
    /// [`watch_runtime`](crate::RegistryBuilder::watch_runtime) allows.
    #[must_use]
    pub fn stuck_workers(&self) -> usize {
        self.stuck_workers
    }

    /// Tells whether liveness endpoints answer 503 for it: all workers of a runtime are stuck, or
    /// one if the watch is [`strict`](crate::RuntimeWatch::strict).
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        self.stuck
    }
}

/// What the watchdog has found; nothing while nobody watches.
#[derive(Debug, Default)]
pub(crate) struct Stall {
    watched: AtomicBool,
    workers: AtomicUsize,
    stuck_workers: AtomicUsize,
    stuck: AtomicBool,
}

impl Stall {
    /// Whether liveness endpoints have to say so.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::Relaxed)
    }

    pub(crate) fn known(&self) -> Option<KnownRuntime> {
        self.watched.load(Ordering::Acquire).then(|| KnownRuntime {
            workers: self.workers.load(Ordering::Relaxed),
            stuck_workers: self.stuck_workers.load(Ordering::Relaxed),
            stuck: self.is_stuck(),
        })
    }

    /// Notes what was found; true if it is something else than before.
    pub(crate) fn note(&self, found: KnownRuntime) -> bool {
        let before = self.known();
        self.workers.store(found.workers, Ordering::Relaxed);
        self.stuck_workers.store(found.stuck_workers, Ordering::Relaxed);
        self.stuck.store(found.stuck, Ordering::Relaxed);
        self.watched.store(true, Ordering::Release);
        before != Some(found)
    }
}
