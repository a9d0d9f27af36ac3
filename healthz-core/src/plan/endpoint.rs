use std::time::Duration;

use crate::check::{Check, registration::Registration};

/// How long an endpoint may take to answer unless it says otherwise: 800 ms, so that the answer is
/// there before kubelet's default `timeoutSeconds: 1` runs out.
pub const DEFAULT_BUDGET: Duration = Duration::from_millis(800);

/// The longest budget an endpoint may have: 30 s. No orchestrator's default waits longer.
pub const MAX_BUDGET: Duration = Duration::from_secs(30);

/// The checks of an endpoint, and its budget.
///
/// Seldom written out: the builder's endpoint methods take an array or vector of check names, or one
/// check, wherever they ask for an endpoint. Written out, it can say more:
///
/// ```
/// use std::time::Duration;
/// use healthz_core::{Endpoint, Registry, check_fn};
///
/// let registry = Registry::builder()
///     .check("database", check_fn(|| async { Ok(()) }))
///     .readiness("ready", Endpoint::new(["database"]).budget(Duration::from_millis(300)))
///     .build();
/// assert!(registry.is_ok());
/// ```
#[derive(Debug, Default)]
pub struct Endpoint {
    pub(crate) checks: Vec<String>,
    /// A check given in place, registered under the endpoint's own name.
    pub(crate) own: Option<Registration>,
    pub(crate) budget: Option<Duration>,
}

impl Endpoint {
    /// Creates an endpoint that names registered checks, in the order of the report.
    #[must_use]
    pub fn new(checks: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { checks: checks.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Bounds the time to the answer, whatever the checks do. Default: the registry's
    /// ([`RegistryBuilder::budget`](crate::RegistryBuilder::budget)). Must not be zero nor over 30 s.
    #[must_use]
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = Some(budget);
        self
    }
}

impl<const N: usize> From<[&str; N]> for Endpoint {
    fn from(checks: [&str; N]) -> Self {
        Self::new(checks)
    }
}

impl From<&[&str]> for Endpoint {
    fn from(checks: &[&str]) -> Self {
        Self::new(checks.iter().copied())
    }
}

impl From<Vec<String>> for Endpoint {
    fn from(checks: Vec<String>) -> Self {
        Self::new(checks)
    }
}

impl From<Registration> for Endpoint {
    fn from(own: Registration) -> Self {
        Self { own: Some(own), ..Self::default() }
    }
}

impl<C: Check> From<C> for Endpoint {
    fn from(check: C) -> Self {
        Registration::new(check).into()
    }
}
