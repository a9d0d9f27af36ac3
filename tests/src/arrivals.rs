use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use healthz_core::{Check, HealthError, async_trait};

use crate::until;

/// A check that passes at once and counts its runs.
///
/// As the last check of an endpoint it tells that a probe has arrived and has asked all the others.
#[derive(Debug, Clone, Default)]
pub struct Arrivals(Arc<AtomicUsize>);

impl Arrivals {
    /// Returns how many times the check ran.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits until the check ran this many times.
    pub fn wait_for(&self, count: usize) {
        until("enough probes have arrived", || self.count() >= count);
    }
}

#[async_trait]
impl Check for Arrivals {
    async fn check(&self) -> Result<(), HealthError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}
