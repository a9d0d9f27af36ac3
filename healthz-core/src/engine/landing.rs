use std::sync::{Arc, OnceLock};

use tokio::{sync::Notify, time::Instant};

use crate::engine::snapshot::Snapshot;

/// Where those wait who joined a run; made when the first of them does.
pub(crate) struct Landing {
    landed: OnceLock<Landed>,
    wakes: Notify,
    /// When the run is over even if nobody ends it.
    gives_up: Instant,
}

/// How a run ended for those who joined it.
#[derive(Clone)]
pub(crate) enum Landed {
    Settled(Snapshot),
    /// Without a result: its runtime went away, or somebody else has taken the check over.
    Aborted,
}

/// Held by each of those who wait, and by the run.
pub(crate) type Waiting = Arc<Landing>;

impl Landing {
    pub(crate) fn new(gives_up: Instant) -> Self {
        Self { landed: OnceLock::new(), wakes: Notify::new(), gives_up }
    }

    pub(crate) fn gives_up(&self) -> Instant {
        self.gives_up
    }

    /// Says how the run ended, under the checker's lock. Whoever does it has to [wake](Self::wake)
    /// those who wait when the lock is released.
    pub(crate) fn land(&self, landed: Landed) {
        // A run ends once, whoever ends it.
        let _ = self.landed.set(landed);
    }

    pub(crate) fn wake(&self) {
        self.wakes.notify_waiters();
    }

    pub(crate) fn landed(&self) -> Option<&Landed> {
        self.landed.get()
    }

    pub(crate) async fn wait(&self) -> Landed {
        // From here on no wake-up is missed, so looking after this is enough.
        let woken = self.wakes.notified();
        if let Some(landed) = self.landed.get() {
            return landed.clone();
        }
        woken.await;
        self.landed.get().cloned().unwrap_or(Landed::Aborted)
    }
}
