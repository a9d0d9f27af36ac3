use std::time::Duration;

use crate::{
    check::{Check, registration::Registration},
    plan::endpoint_config::EndpointConfig,
};

/// How long an endpoint may take to answer unless it says otherwise: 800 ms, so that the answer is
/// there before kubelet's default `timeoutSeconds: 1` runs out.
pub const DEFAULT_BUDGET: Duration = Duration::from_millis(800);

/// The longest budget an endpoint may have: 30 s. No orchestrator's default waits longer.
pub const MAX_BUDGET: Duration = Duration::from_secs(30);

/// The checks of an endpoint, and its budget.
///
/// Seldom written out: the builder's endpoint methods take an array or vector of check names, or
/// one check, wherever they ask for an endpoint. Written out, it can say more:
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
    pub(super) config: EndpointConfig,
    /// A check given in place, registered under the endpoint's own name.
    pub(super) own: Option<Registration>,
}

impl Endpoint {
    /// Creates an endpoint that names registered checks, in the order of the report.
    #[must_use]
    pub fn new(checks: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut endpoint = Self::default();
        endpoint.config.checks =
            Some(checks.into_iter().map(|name| name.as_ref().to_owned()).collect());
        endpoint
    }

    /// Bounds the time to the answer, whatever the checks do. Default: the registry's
    /// ([`RegistryBuilder::budget`](crate::RegistryBuilder::budget)). Must not be zero nor over
    /// 30 s.
    #[must_use]
    pub fn budget(mut self, budget: Duration) -> Self {
        self.config.budget = Some(budget);
        self
    }

    /// Gives the endpoint a path of its own, where it is served as well as below the prefix.
    /// Default: none. It must begin with `/`, be as plain as a prefix, and not be below the
    /// registry's prefix.
    ///
    /// ```
    /// use healthz_core::{Endpoint, Registry};
    ///
    /// let registry =
    ///     Registry::builder().liveness("live", Endpoint::default().at("/livez")).build()?;
    /// assert!(registry.literal_paths().eq(["/healthz/live", "/livez"]));
    /// # Ok::<(), healthz_core::RegistryError>(())
    /// ```
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.config.at = Some(path.into());
        self
    }
}

// Every form in which people hold names, but `[String; N]`: with it, nobody could write `[]`.
macro_rules! from_names {
    ($([$($generic:tt)*] $names:ty,)*) => {
        $(impl<$($generic)*> From<$names> for Endpoint {
            fn from(checks: $names) -> Self {
                Self::new(checks)
            }
        })*
    };
}

from_names! {
    [const N: usize] [&str; N],
    [const N: usize] &[&str; N],
    [] &[&str],
    [] &[String],
    [] Vec<&str>,
    [] Vec<String>,
    [] &Vec<String>,
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
