use std::time::Duration;

use serde::Serialize;

use crate::{
    check::switch::Switch,
    support::{duration, merge::settings},
};

settings! {
/// The settings of one check: what the setters of [`CheckExt`](crate::CheckExt) set, and what a
/// [`HealthzConfig`](crate::config::HealthzConfig) says about the check of this name.
///
/// Each part means what the setter with its name means; a part that is left out stays as the layer
/// below has it, and in the end as the default is. The fields are public, because it is plain data.
///
/// ```
/// use std::time::Duration;
/// use healthz_core::config::HealthzConfig;
///
/// let text = r#"{"checks": {"database": {"every": "10s", "fail_after": 3}}}"#;
/// let config: HealthzConfig = serde_json::from_str(text)?;
/// let database = &config.checks["database"];
/// assert_eq!((database.fail_after, database.timeout), (Some(3), None));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CheckConfig {
    /// Whether its failure is only a warning.
    pub optional: Option<bool>,
    /// Bounds one run.
    #[serde(serialize_with = "duration::serialize")]
    pub timeout: Option<Duration>,
    /// For how long a finished result is served again.
    pub cache: Option<Switch>,
    /// For how long a failed result is served again, instead of `cache`.
    pub cache_failures: Option<Switch>,
    /// The interval of a background check.
    pub every: Option<Switch>,
    /// Bounds the age of a background result.
    pub max_age: Option<Switch>,
    /// How many failed results in a row turn it to failing.
    pub fail_after: Option<u32>,
    /// How many passed results in a row turn it to passing.
    pub recover_after: Option<u32>,
}
}
