use std::time::Duration;

use serde::Serialize;

use crate::{
    config::{human, section::Section},
    plan::endpoint_kind::EndpointKind,
};

/// What a [`HealthzConfig`](crate::config::HealthzConfig) says about one endpoint.
///
/// A part that is left out stays as the code has it. The fields are public, for it is plain data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EndpointConfig {
    /// How it follows the lifecycle. Default for an endpoint that the code does not have: by its name,
    /// liveness for `live`, `livez` and `liveness`, readiness for `ready`, `readyz` and `readiness`,
    /// startup for `startup` and `startupz`, and plain for any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<EndpointKind>,
    /// The names of its checks, in the order of the report, instead of those that the code names. An
    /// endpoint that the code does not have must give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checks: Option<Vec<String>>,
    /// Bounds the time to its answer.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "human::serialize")]
    pub budget: Option<Duration>,
}

impl EndpointConfig {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let config = Self {
            kind: section.kind("kind"),
            checks: section.names("checks"),
            budget: section.duration("budget"),
        };
        section.close();
        config
    }
}
