use std::time::Duration;

/// The shortest bound that
/// [`RegistryBuilder::watch_runtime`](crate::RegistryBuilder::watch_runtime) takes.
pub const MIN_RUNTIME_WATCH: Duration = Duration::from_secs(1);

/// How the runtime is watched; see
/// [`RegistryBuilder::watch_runtime`](crate::RegistryBuilder::watch_runtime).
///
/// ```
/// use std::time::Duration;
/// use healthz_core::{Registry, RuntimeWatch};
///
/// // Liveness is 503 as soon as one worker is stuck, and not only when all are.
/// let watch = RuntimeWatch::new(Duration::from_secs(10)).strict();
/// let registry = Registry::builder().liveness("live", []).watch_runtime(watch).build();
/// assert!(registry.is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuntimeWatch {
    pub(crate) bound: Duration,
    pub(crate) strict: bool,
}

impl RuntimeWatch {
    /// Creates a watch that calls a worker stuck which stays in one task for so long.
    #[must_use]
    pub fn new(bound: Duration) -> Self {
        Self { bound, strict: false }
    }

    /// Takes one stuck worker for reason enough to answer 503. Default: all workers of a runtime
    /// have to be stuck, because the others go on serving.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: true, ..self }
    }
}

impl From<Duration> for RuntimeWatch {
    fn from(bound: Duration) -> Self {
        Self::new(bound)
    }
}
