use std::sync::{Arc, Mutex};

use healthz_core::Transition;

/// Collects what a registry tells its listener.
#[derive(Debug, Clone, Default)]
pub struct Transitions(Arc<Mutex<Vec<String>>>);

impl Transitions {
    /// Makes a listener that remembers every transition.
    pub fn listener(&self) -> impl Fn(&Transition) + Send + Sync + use<> {
        let told = self.0.clone();
        move |transition| told.lock().unwrap().push(format!("{transition:?}"))
    }

    /// Returns what was told so far.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
