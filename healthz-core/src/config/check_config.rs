use std::time::Duration;

use serde::Serialize;

use crate::config::{human, section::Section};

/// What a [`HealthzConfig`](crate::config::HealthzConfig) says about one check, which the code registers under
/// the same name.
///
/// Each part means what the setter of [`CheckExt`](crate::CheckExt) with its name means; a part that is
/// left out stays as the code has it. The fields are public, for it is plain data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CheckConfig {
    /// Whether its failure is only a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Bounds one run.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "human::serialize")]
    pub timeout: Option<Duration>,
    /// For how long a finished result is served again.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "human::serialize")]
    pub cache: Option<Duration>,
    /// For how long a failed result is served again, instead of `cache`.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "human::serialize")]
    pub cache_failures: Option<Duration>,
    /// The interval of a background check.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "human::serialize")]
    pub every: Option<Duration>,
    /// Bounds the age of a background result.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "human::serialize")]
    pub max_age: Option<Duration>,
    /// How many failed results in a row turn it to failing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail_after: Option<u32>,
    /// How many passed results in a row turn it to passing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recover_after: Option<u32>,
}

impl CheckConfig {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let config = Self {
            optional: section.flag("optional"),
            timeout: section.duration("timeout"),
            cache: section.duration("cache"),
            cache_failures: section.duration("cache_failures"),
            every: section.duration("every"),
            max_age: section.duration("max_age"),
            fail_after: section.count("fail_after"),
            recover_after: section.count("recover_after"),
        };
        section.close();
        config
    }
}
