use std::{fmt, sync::Arc};

use crate::check::{Check, check_config::CheckConfig};

/// A check together with the way the engine treats it.
///
/// Made of any [`Check`] by the setters of [`CheckExt`](crate::CheckExt), which work on a
/// registration as well.
///
/// ```
/// use healthz_core::{CheckExt, HealthError, Registration, Registry};
///
/// /// A check with the settings that all checks of this service have.
/// fn gentle(check: impl CheckExt) -> Registration {
///     check.fail_after(3).recover_after(2)
/// }
///
/// let down = || Err(HealthError::new("down"));
/// assert!(Registry::builder().readiness("ready", gentle(down)).build().is_ok());
/// ```
pub struct Registration {
    pub(crate) check: Arc<dyn Check>,
    pub(crate) config: CheckConfig,
}

impl Registration {
    /// Creates a registration with the defaults: required, fresh on every probe, 5 s timeout.
    #[must_use]
    pub fn new(check: impl Check) -> Self {
        Self { check: Arc::new(check), config: CheckConfig::default() }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").field("config", &self.config).finish_non_exhaustive()
    }
}
