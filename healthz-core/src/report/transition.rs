use std::{sync::Arc, time::Duration};

/// A check turned between passing, warning and failing, or fails for another reason; given to
/// [`RegistryBuilder::on_transition`](crate::RegistryBuilder::on_transition).
///
/// ```
/// use healthz_core::{Transition, TransitionKind};
///
/// /// What a chat is told of.
/// fn message(transition: &Transition) -> Option<String> {
///     let check = transition.check();
///     match transition.kind() {
///         TransitionKind::Failed { text, .. } => Some(format!("{check} failed: {text}")),
///         TransitionKind::Recovered { downtime, .. } => Some(format!("{check}: well after {downtime:?}")),
///         _ => None,
///     }
/// }
/// # let registry = healthz_core::Registry::builder().on_transition(|transition| {
/// #     message(transition);
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Transition {
    pub(crate) check: Arc<str>,
    pub(crate) optional: bool,
    pub(crate) skipped: u64,
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

    /// Returns how many transitions before this one are not told, because they came faster than the
    /// listeners took them. 0 unless a check flaps beside a slow listener.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
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
    /// From passing, from a warning or from nothing to failing.
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
    /// It goes on failing or warning, with another public text. Told at most once in ten seconds.
    #[non_exhaustive]
    OtherReason {
        /// The public text.
        text: String,
        /// The whole cause chain. Private.
        cause: String,
    },
    /// From failing to passing, or to a warning, which then is told as well.
    #[non_exhaustive]
    Recovered {
        /// How many results in a row had failed; a run that outlasted the budgets of several probes
        /// in a row counts once for each.
        failures: u64,
        /// How long the check was down.
        downtime: Duration,
    },
    /// From passing or failing to a [warning](crate::HealthError::warn).
    #[non_exhaustive]
    Warned {
        /// The public text.
        text: String,
        /// The whole cause chain. Private.
        cause: String,
    },
    /// From a warning to passing.
    #[non_exhaustive]
    Cleared {
        /// How long the check warned.
        duration: Duration,
    },
}
