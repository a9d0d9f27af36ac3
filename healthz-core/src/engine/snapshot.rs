use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use crate::{
    check::policy::Policy,
    engine::fault::{Fault, Verdict},
    report::{check_report::CheckReport, status::Status},
};

/// What one probe is told of one check: a verdict and the facts of the same moment.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) verdict: Verdict,
    /// The failure that thresholds hide.
    pub(crate) hidden: Option<Fault>,
    pub(crate) last: Option<Finished>,
    pub(crate) since: Option<SystemTime>,
    pub(crate) failures: u32,
    pub(crate) thresholded: bool,
    /// The probe did not see its run's end.
    pub(crate) pending: bool,
    /// Until when it can be said again without asking.
    pub(crate) good_until: Option<Instant>,
}

/// The last run that ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finished {
    pub(crate) at: Instant,
    pub(crate) took: Duration,
    pub(crate) passed: bool,
}

/// The status of a verdict: what is optional only warns.
pub(crate) fn status(verdict: &Verdict, policy: &Policy) -> Status {
    match verdict {
        Verdict::Pass => Status::Pass,
        Verdict::Fail(_) if !policy.optional => Status::Fail,
        Verdict::Warn(_) | Verdict::Fail(_) => Status::Warn,
    }
}

impl Snapshot {
    /// Whether it makes an endpoint unhealthy.
    pub(crate) fn is_fail(&self, policy: &Policy) -> bool {
        status(&self.verdict, policy).is_fail()
    }

    /// Writes it down for a report of a moment not before it.
    pub(crate) fn report(&self, name: &Arc<str>, policy: &Policy, now: Instant) -> CheckReport {
        let shown = self.verdict.fault().or(self.hidden.as_ref());
        CheckReport {
            name: name.clone(),
            status: status(&self.verdict, policy),
            optional: policy.optional,
            text: shown.map(|fault| fault.public_text(name).into_owned()),
            own_text: shown.is_some_and(|fault| fault.own_text().is_some()),
            duration: self.last.map(|last| last.took),
            age: self.last.map(|last| now.saturating_duration_since(last.at)),
            since: self.since,
            stale: matches!(self.verdict, Verdict::Fail(Fault::Stale)),
            pending: self.pending,
            thresholded: self.thresholded,
            consecutive_failures: self.failures,
        }
    }
}
