use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::report::{past_transition::PastTransition, status::Status};

/// What is known of one check without asking it: its last result, and what led there.
///
/// ```
/// use healthz_core::{HealthError, Registry, Status};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let disk = || Err(HealthError::new("the disk is full"));
/// let registry = Registry::builder().readiness("disk", disk).build()?;
/// for _ in 0..3 {
///     registry.report("disk").await;
/// }
/// let known = registry.known();
/// let disk = known.check("disk").ok_or("there is no such check")?;
/// assert_eq!((disk.runs().fail(), disk.consecutive_failures()), (3, 3));
/// assert_eq!(disk.transitions().to(Status::Fail), 1);
/// assert_eq!(disk.history()[0].text(), Some("the disk is full"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct KnownCheck {
    pub(crate) name: Arc<str>,
    pub(crate) status: Option<Status>,
    pub(crate) optional: bool,
    pub(crate) failing: bool,
    pub(crate) text: Option<String>,
    pub(crate) duration: Option<Duration>,
    pub(crate) age: Option<Duration>,
    pub(crate) since: Option<SystemTime>,
    pub(crate) stale: bool,
    pub(crate) consecutive_failures: u32,
    pub(crate) runs: Runs,
    pub(crate) transitions: Transitions,
    pub(crate) history: Vec<PastTransition>,
}

/// How many runs of a check have come to which result, since the registry was built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Runs {
    pub(crate) pass: u64,
    pub(crate) warn: u64,
    pub(crate) fail: u64,
    pub(crate) timeout: u64,
    pub(crate) panic: u64,
}

/// How often a check has turned to which status, since the registry was built. The first result is
/// a transition, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Transitions {
    pub(crate) pass: u64,
    pub(crate) warn: u64,
    pub(crate) fail: u64,
}

impl KnownCheck {
    /// Returns the name under which the check is registered.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the status after thresholds; the failure of an optional check is
    /// [`Warn`](Status::Warn). `None` before the first result.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    /// Tells whether the check is optional.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Tells whether the check fails, thresholds applied. Apart from the status, because the
    /// failure of an optional check is [`Warn`](Status::Warn), and so is the warning of one that
    /// works. `false` before the first result.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.failing
    }

    /// Returns the public text of the failure or the warning, also of one that thresholds hide.
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

    /// Returns how many results in a row have failed, thresholds aside; 0 if the last one passed.
    #[must_use]
    pub fn consecutive_failures(&self) -> u32 {
        self.consecutive_failures
    }

    /// Returns the number of runs by their result.
    #[must_use]
    pub fn runs(&self) -> Runs {
        self.runs
    }

    /// Returns the number of transitions by the status they led to.
    #[must_use]
    pub fn transitions(&self) -> Transitions {
        self.transitions
    }

    /// Returns the last transitions, at most 32, from the oldest to the youngest.
    #[must_use]
    pub fn history(&self) -> &[PastTransition] {
        &self.history
    }
}

impl Runs {
    /// Returns the number of runs that passed.
    #[must_use]
    pub fn pass(self) -> u64 {
        self.pass
    }

    /// Returns the number of runs that passed with a warning of their own.
    #[must_use]
    pub fn warn(self) -> u64 {
        self.warn
    }

    /// Returns the number of runs that failed with an error, also of an optional check.
    #[must_use]
    pub fn fail(self) -> u64 {
        self.fail
    }

    /// Returns the number of runs that were given up after the check's timeout.
    #[must_use]
    pub fn timeout(self) -> u64 {
        self.timeout
    }

    /// Returns the number of runs that panicked.
    #[must_use]
    pub fn panic(self) -> u64 {
        self.panic
    }
}

impl Transitions {
    /// Returns how often the check turned to a status.
    #[must_use]
    pub fn to(self, status: Status) -> u64 {
        match status {
            Status::Pass => self.pass,
            Status::Warn => self.warn,
            Status::Fail => self.fail,
        }
    }
}
