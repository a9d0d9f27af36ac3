//! From the start of the service to its end.
//!
//! ```text
//!   [ Starting ] --mark_started()--> [ Running ] --signal, draining()--> [ Draining ]
//!        |                                                          ^     |
//!        +------------------- signal, draining() -------------------+     |   the delay,
//!                                                                         |   then what is held,
//!                                                                         v   at most the hold limit
//!                                                                     (drained)
//!                                                                         |   the server's own stop,
//!                                                                         v   at most the stop limit
//!                                                                     (the end)
//! ```
//!
//! [`Stage`](stage) is the state, [`Holds`](hold) what the drain waits for, [`Drain`](drain) how
//! long, [`Signals`](signals) what ends it sooner, and the only part that knows an operating system;
//! [`Life`](life) is all of them, shared by a registry, its holds and its futures.

pub(crate) mod drain;
pub(crate) mod hold;
pub(crate) mod life;
pub(crate) mod served;
#[cfg(feature = "signal")]
pub(crate) mod signals;
pub(crate) mod source;
pub(crate) mod stage;
pub(crate) mod stall;

use std::fmt;

/// Where the service stands between its start and its end.
///
/// Readiness and startup endpoints follow it ([`EndpointKind`](crate::EndpointKind)).
///
/// ```
/// use healthz_core::{Lifecycle, Registry};
///
/// let registry = Registry::builder().starting().readiness("ready", []).build()?;
/// assert_eq!(registry.lifecycle(), Lifecycle::Starting);
/// registry.mark_started();
/// assert_eq!(registry.lifecycle(), Lifecycle::Running);
/// registry.begin_drain();
/// assert_eq!(registry.lifecycle().to_string(), "draining");
/// # Ok::<(), healthz_core::RegistryError>(())
/// ```
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
