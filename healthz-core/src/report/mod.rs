//! What was found, as facts of one moment; every format is a view of them.

pub(crate) mod check_report;
pub(crate) mod known;
pub(crate) mod known_check;
pub(crate) mod known_endpoint;
pub(crate) mod past_transition;
pub(crate) mod status;
pub(crate) mod transition;

use std::time::SystemTime;

use serde::{Serialize, Serializer};

use crate::{
    report::{check_report::CheckReport, status::Status},
    support::times,
};

pub(crate) const OK: &str = "OK";
/// The title where no text may be shown; HTTP's own words for 503.
pub(crate) const UNHEALTHY: &str = "Service Unavailable";
pub(crate) const STARTING: &str = "Starting";
pub(crate) const SHUTTING_DOWN: &str = "Shutting down";
const RUNTIME_STUCK: &str = "The runtime is stuck";

/// How an endpoint stands: the status and title that are sent, and the checks behind them.
///
/// Serialises in full, for a page or a log of one's own: `time` in RFC 3339, `code`, `status`,
/// `title` and `checks`, each as [`CheckReport`] says. What a probe reads is
/// [`Registry::respond`]'s.
///
/// [`Registry::respond`]: crate::Registry::respond
///
/// ```
/// use healthz_core::{HealthError, Registry, check_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let disk = check_fn(async || Err(HealthError::new("the disk is full")));
/// let registry = Registry::builder().readiness("ready", disk).build()?;
/// let report = registry.report("ready").await.ok_or("no such endpoint")?;
/// let document = serde_json::to_value(&report)?;
/// assert_eq!(document["code"], 503);
/// assert_eq!(document["status"], "fail");
/// assert_eq!(document["checks"][0]["text"], "the disk is full");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    #[serde(serialize_with = "timestamp")]
    time: SystemTime,
    /// The lifecycle alone decided.
    #[serde(skip)]
    closed: bool,
    /// The watchdog alone decided.
    #[serde(skip)]
    stuck: bool,
    code: u16,
    status: Status,
    title: String,
    checks: Vec<CheckReport>,
}

fn timestamp<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&times::timestamp(*time))
}

impl Report {
    pub(crate) fn new(checks: Vec<CheckReport>) -> Self {
        let time = SystemTime::now();
        let worst = checks.iter().map(CheckReport::status);
        let status = worst.max().unwrap_or(Status::Pass);
        if !status.is_fail() {
            return Self {
                time,
                closed: false,
                stuck: false,
                code: 200,
                status,
                title: OK.into(),
                checks,
            };
        }
        let failed = checks.iter().filter(|check| check.status.is_fail());
        let texts: Vec<&str> = failed.filter_map(CheckReport::text).collect();
        let title = texts.join("; ");
        Self { time, closed: false, stuck: false, code: 503, status, title, checks }
    }

    /// What the lifecycle alone decided, without asking a check.
    pub(crate) fn closed(title: &str) -> Self {
        let time = SystemTime::now();
        Self {
            time,
            closed: true,
            stuck: false,
            code: 503,
            status: Status::Fail,
            title: title.into(),
            checks: Vec::new(),
        }
    }

    /// The same without its checks and their texts: the status, and a title that names none.
    pub(crate) fn without_details(&self) -> Self {
        let own = self.code == 200 || self.has_own_title();
        let title = if own { self.title.clone() } else { UNHEALTHY.into() };
        Self { title, checks: Vec::new(), ..*self }
    }

    /// The same with its first checks only.
    pub(crate) fn first(&self, checks: usize) -> Self {
        let checks = self.checks[..checks.min(self.checks.len())].to_vec();
        Self { checks, title: self.title.clone(), ..*self }
    }

    #[cfg(test)]
    pub(crate) fn at(self, time: SystemTime) -> Self {
        Self { time, ..self }
    }

    /// What the watchdog alone decided.
    pub(crate) fn stuck() -> Self {
        Self { closed: false, stuck: true, ..Self::closed(RUNTIME_STUCK) }
    }

    /// The same, and no better than a warning.
    pub(crate) fn or_warn(self) -> Self {
        Self { status: self.status.max(Status::Warn), ..self }
    }

    /// Whether the title is ours, and of no check.
    pub(crate) fn has_own_title(&self) -> bool {
        self.closed || self.stuck
    }

    /// Whether the lifecycle alone decided.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Returns the moment of which all this was true.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        self.time
    }

    /// Returns the HTTP status code, 200 or 503.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Returns the worst status of the checks; [`Status::Pass`] if there are none. A liveness
    /// endpoint warns while some workers of a [watched](crate::RegistryBuilder::watch_runtime)
    /// runtime are stuck.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns the title: `OK`, or the texts of the failed required checks in the endpoint's own
    /// order, joined with `; `.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the endpoint's checks in the endpoint's own order; empty when the
    /// [`Lifecycle`](crate::Lifecycle) alone decided.
    #[must_use]
    pub fn checks(&self) -> &[CheckReport] {
        &self.checks
    }
}
