use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Serialize, Serializer};

use crate::{report::status::Status, support::times};

/// How one check stood when its endpoint was asked.
///
/// Serialises to the entry that `?verbose` shows: the members have the names of the getters,
/// `duration_ms` and `age_ms` are numbers of milliseconds, `since` is in RFC 3339.
///
/// ```
/// use healthz_core::{CheckExt, HealthError, Registry, Status};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cache = (|| Err(HealthError::new("the cache is cold"))).optional();
/// let registry = Registry::builder().check("cache", cache).readiness("ready", ["cache"]).build()?;
/// let report = registry.report("ready").await.ok_or("no such endpoint")?;
/// let cache = &report.checks()[0];
/// assert_eq!((cache.name(), cache.status()), ("cache", Status::Warn));
/// assert_eq!((cache.text(), cache.is_optional()), (Some("the cache is cold"), true));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each with its own getter")]
pub struct CheckReport {
    #[serde(serialize_with = "text")]
    pub(crate) name: Arc<str>,
    pub(crate) status: Status,
    pub(crate) optional: bool,
    pub(crate) text: Option<String>,
    #[serde(skip)]
    pub(crate) own_text: bool,
    #[serde(rename = "duration_ms", serialize_with = "millis")]
    pub(crate) duration: Option<Duration>,
    #[serde(rename = "age_ms", serialize_with = "millis")]
    pub(crate) age: Option<Duration>,
    #[serde(serialize_with = "timestamp")]
    pub(crate) since: Option<SystemTime>,
    pub(crate) stale: bool,
    pub(crate) pending: bool,
    pub(crate) consecutive_failures: u32,
    pub(crate) thresholded: bool,
}

fn text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn millis<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(times::millis).serialize(serializer)
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn timestamp<S: Serializer>(time: &Option<SystemTime>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(times::timestamp).serialize(serializer)
}

impl CheckReport {
    /// Returns the name under which the check is registered.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the status after thresholds; the failure of an optional check is
    /// [`Warn`](Status::Warn).
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Tells whether the check is optional.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Returns the public text of the failure, also of one that thresholds hide.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Returns how long the last finished run took; `None` before the first.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.duration
    }

    /// Returns how long ago the last finished run ended; `None` before the first.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.age
    }

    /// Returns since when the check has this status; `None` before the first result.
    #[must_use]
    pub fn since(&self) -> Option<SystemTime> {
        self.since
    }

    /// Tells whether the last background result is older than its maximum age.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// Tells whether the report had to be made without the run that was out.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    /// Tells whether the status differs from the last result because of
    /// [`fail_after`](crate::CheckExt::fail_after) or
    /// [`recover_after`](crate::CheckExt::recover_after).
    #[must_use]
    pub fn is_thresholded(&self) -> bool {
        self.thresholded
    }

    /// Returns how many results in a row have failed, thresholds aside; 0 if the last one passed.
    #[must_use]
    pub fn consecutive_failures(&self) -> u32 {
        self.consecutive_failures
    }
}
