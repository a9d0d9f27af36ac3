use std::{
    fmt,
    sync::{Arc, Weak},
};

use crate::registry::{Registry, Shared};

/// A registry that may be gone; made by [`Registry::downgrade`].
///
/// For whoever is part of the registry and asks it all the same: a check or a listener that holds a
/// [`Registry`] keeps it, and its background runs, alive for ever.
///
/// ```
/// use std::sync::{Arc, OnceLock};
/// use healthz_core::{HealthError, Registry, WeakRegistry, check_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let own = Arc::new(OnceLock::<WeakRegistry>::new());
/// let registry = Arc::clone(&own);
/// let all = check_fn(move || {
///     let registry = registry.get().and_then(WeakRegistry::upgrade);
///     async move {
///         let report = registry.ok_or(HealthError::new("The service ends"))?.report("db").await;
///         let is_well = report.is_some_and(|report| report.code() == 200);
///         is_well.then_some(()).ok_or(HealthError::new("Something is wrong"))
///     }
/// });
/// let registry = Registry::builder().endpoint("db", || Ok(())).endpoint("all", all).build()?;
/// own.get_or_init(|| registry.downgrade());
///
/// assert_eq!(registry.report("all").await.ok_or("no such endpoint")?.code(), 200);
/// drop(registry);
/// assert!(own.get().and_then(WeakRegistry::upgrade).is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct WeakRegistry {
    shared: Weak<Shared>,
}

impl Registry {
    /// Makes a handle that does not keep the registry alive.
    #[must_use]
    pub fn downgrade(&self) -> WeakRegistry {
        WeakRegistry { shared: Arc::downgrade(&self.shared) }
    }
}

impl WeakRegistry {
    /// Returns the registry, unless its last clone has been dropped.
    #[must_use]
    pub fn upgrade(&self) -> Option<Registry> {
        self.shared.upgrade().map(|shared| Registry { shared })
    }
}

impl fmt::Debug for WeakRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakRegistry").field("gone", &(self.shared.strong_count() == 0)).finish()
    }
}
