use std::time::Duration;

use serde::Serialize;

use crate::{
    plan::endpoint_kind::EndpointKind,
    support::{duration, merge::settings},
};

settings! {
/// The settings of one endpoint: what the code sets, and what a
/// [`HealthzConfig`](crate::config::HealthzConfig) says about it.
///
/// A part that is left out stays as the layer below has it, and in the end as the default is. The
/// fields are public, because it is plain data.
///
/// ```
/// use healthz_core::{EndpointKind, config::HealthzConfig};
///
/// let text = r#"{"endpoints": {"boot": {"kind": "startup", "checks": "database"}}}"#;
/// let config: HealthzConfig = serde_json::from_str(text)?;
/// assert_eq!(config.endpoints["boot"].kind, Some(EndpointKind::Startup));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EndpointConfig {
    /// How it follows the lifecycle. Default for an endpoint that the code does not have: by its
    /// name, liveness for `live`, `livez` and `liveness`, readiness for `ready`, `readyz` and
    /// `readiness`, startup for `startup` and `startupz`, and plain for any other.
    pub kind: Option<EndpointKind>,
    /// The names of its checks, in the order of the report, instead of those that the code names.
    /// An endpoint that the code does not have must give it.
    pub checks: Option<Vec<String>>,
    /// Bounds the time to its answer.
    #[serde(serialize_with = "duration::serialize")]
    pub budget: Option<Duration>,
    /// A path of its own, as in `/livez`, where it is served as well as below the prefix.
    pub at: Option<String>,
}
}
