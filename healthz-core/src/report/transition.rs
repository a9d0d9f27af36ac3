use std::{sync::Arc, time::Duration};

/// A check turned from passing to failing or back; given to
/// [`RegistryBuilder::on_transition`](crate::RegistryBuilder::on_transition).
#[derive(Debug, Clone)]
pub struct Transition {
    pub(crate) check: Arc<str>,
    pub(crate) optional: bool,
    pub(crate) kind: TransitionKind,
}

impl Transition {
    /// Returns the name of the check.
    #[must_use]
    pub fn check(&self) -> &str {
        &self.check
    }

    /// Tells whether the check is optional, so that its failure is only a warning.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Returns which way the check turned.
    #[must_use]
    pub fn kind(&self) -> &TransitionKind {
        &self.kind
    }
}

/// Which way a check turned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransitionKind {
    /// From passing (or from nothing) to failing.
    #[non_exhaustive]
    Failed {
        /// The public text.
        text: String,
        /// The whole cause chain. Private: it may hold what no client should read.
        cause: String,
        /// How long the run took, how long the probe had waited for it, or how old the last result
        /// was that went stale.
        elapsed: Duration,
    },
    /// From failing to passing.
    #[non_exhaustive]
    Recovered {
        /// How many results in a row had failed.
        failures: u64,
        /// How long the check was down.
        downtime: Duration,
    },
}
