use std::{
    fmt,
    sync::atomic::{AtomicU8, Ordering},
};

/// Where the service stands between its start and its end.
///
/// Readiness and startup endpoints follow it ([`EndpointKind`](crate::EndpointKind)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Lifecycle {
    /// Warming up. A registry is here only if its builder said
    /// [`starting`](crate::RegistryBuilder::starting).
    Starting,
    /// Serving.
    Running,
    /// On the way out: no new traffic, please.
    Draining,
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Draining => "draining",
        })
    }
}

/// The lifecycle of one registry; it only moves forward.
#[derive(Debug)]
pub(crate) struct Stage(AtomicU8);

impl Stage {
    pub(crate) fn new(lifecycle: Lifecycle) -> Self {
        Self(AtomicU8::new(lifecycle as u8))
    }

    pub(crate) fn get(&self) -> Lifecycle {
        match self.0.load(Ordering::Acquire) {
            0 => Lifecycle::Starting,
            1 => Lifecycle::Running,
            _ => Lifecycle::Draining,
        }
    }

    /// Moves on and logs it; does nothing if the lifecycle is there or further already.
    pub(crate) fn advance(&self, to: Lifecycle) {
        if self.0.fetch_max(to as u8, Ordering::AcqRel) < to as u8 {
            tracing::info!(target: "healthz", lifecycle = %to, "lifecycle changed");
        }
    }
}
