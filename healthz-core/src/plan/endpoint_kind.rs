use serde::{Deserialize, Serialize};

/// What an endpoint is asked for, and so how it follows the [`Lifecycle`](crate::Lifecycle).
///
/// ```
/// use healthz_core::{EndpointKind, Registry};
///
/// let registry = Registry::builder().liveness("live", []).readiness("ready", []).build()?;
/// let known = registry.known();
/// let kinds: Vec<EndpointKind> = known.endpoints().iter().map(|endpoint| endpoint.kind()).collect();
/// assert_eq!(kinds, [EndpointKind::Liveness, EndpointKind::Readiness]);
/// # Ok::<(), healthz_core::RegistryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EndpointKind {
    /// Does not care for the lifecycle.
    Plain,
    /// Is the process worth keeping? Does not care for the lifecycle.
    Liveness,
    /// May the process have traffic? 503 while it starts and while it drains.
    Readiness,
    /// Has the process started? 503 until it runs and each of the endpoint's checks passed once;
    /// from then on 200 without running them.
    Startup,
}

impl EndpointKind {
    /// The word for it on the wire and in configurations.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Liveness => "liveness",
            Self::Readiness => "readiness",
            Self::Startup => "startup",
        }
    }

    /// The kind that an endpoint of this name has by convention.
    pub(crate) fn by_name(endpoint: &str) -> Self {
        match endpoint {
            "live" | "livez" | "liveness" => Self::Liveness,
            "ready" | "readyz" | "readiness" => Self::Readiness,
            "startup" | "startupz" => Self::Startup,
            _ => Self::Plain,
        }
    }
}
