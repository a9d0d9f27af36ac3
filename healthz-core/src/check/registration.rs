use std::{fmt, sync::Arc};

use crate::check::{Check, policy::Policy};

/// A check together with the way the engine treats it.
///
/// Made of any [`Check`] by the setters of [`CheckExt`](crate::CheckExt), which work on a
/// registration as well.
pub struct Registration {
    pub(crate) check: Arc<dyn Check>,
    pub(crate) policy: Policy,
}

impl Registration {
    /// Creates a registration with the defaults: required, fresh on every probe, 5 s timeout.
    #[must_use]
    pub fn new(check: impl Check) -> Self {
        Self { check: Arc::new(check), policy: Policy::default() }
    }
}

impl<C: Check> From<C> for Registration {
    fn from(check: C) -> Self {
        Self::new(check)
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").field("policy", &self.policy).finish_non_exhaustive()
    }
}
