use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use healthz_core::{Check, HealthError, async_trait};
use tokio::sync::watch;

/// A check that passes when the test lets it, and counts its runs.
#[derive(Debug, Clone)]
pub struct Slow {
    gate: watch::Sender<bool>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    started: AtomicUsize,
    finished: AtomicUsize,
    outstanding: AtomicUsize,
    most: AtomicUsize,
}

impl Slow {
    /// Creates a check whose runs wait.
    #[must_use]
    pub fn new() -> Self {
        Self { gate: watch::Sender::new(false), counts: Arc::default() }
    }

    /// Makes later runs wait again.
    pub fn hold(&self) {
        self.gate.send_replace(false);
    }

    /// Lets the runs that wait and all later ones pass.
    pub fn pass(&self) {
        self.gate.send_replace(true);
    }

    /// Returns how many runs have begun.
    #[must_use]
    pub fn started(&self) -> usize {
        self.counts.started.load(Ordering::SeqCst)
    }

    /// Returns how many runs came to their end; a run that was dropped did not.
    #[must_use]
    pub fn finished(&self) -> usize {
        self.counts.finished.load(Ordering::SeqCst)
    }

    /// Returns how many runs were out at the same time, at most.
    #[must_use]
    pub fn most_outstanding(&self) -> usize {
        self.counts.most.load(Ordering::SeqCst)
    }
}

impl Default for Slow {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Check for Slow {
    async fn check(&self) -> Result<(), HealthError> {
        let _run = Run::begin(self.counts.clone());
        self.gate.subscribe().wait_for(|open| *open).await?;
        self.counts.finished.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

struct Run(Arc<Counts>);

impl Run {
    fn begin(counts: Arc<Counts>) -> Self {
        counts.started.fetch_add(1, Ordering::SeqCst);
        let outstanding = counts.outstanding.fetch_add(1, Ordering::SeqCst) + 1;
        counts.most.fetch_max(outstanding, Ordering::SeqCst);
        Self(counts)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.0.outstanding.fetch_sub(1, Ordering::SeqCst);
    }
}
