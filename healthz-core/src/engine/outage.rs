use std::time::Duration;

use tokio::time::Instant;

use crate::engine::{
    fault::{Fault, Verdict},
    untold::What,
};

/// How long a check that stays down is left alone between two reminders.
const REMINDER: Duration = Duration::from_secs(60);

/// How long a check is left alone between two words on its reason.
const OTHER_REASON: Duration = Duration::from_secs(10);

/// Decides what there is to tell of a check when its verdict is this or that, under its checker's
/// lock.
///
/// ```text
///             Warned                  Failed
///     [ Well ] ----> [ Warns ] ---------------> [ Down ] --+ OtherReason, at most once in ten seconds
///        ^ ^           |   ^                       | |  ^  | StillFailing, once a minute
///        | +-- Cleared-+   +- Recovered, Warned ---+ |  +--+
///        +------------------------ Recovered --------+
/// ```
#[derive(Debug, Default)]
pub(crate) struct Outage {
    trouble: Option<Trouble>,
}

#[derive(Debug)]
struct Trouble {
    fails: bool,
    since: Instant,
    /// When the last line was written, and when the last one about another reason.
    said: Instant,
    said_reason: Option<Instant>,
    reason: Fault,
    failures: u64,
}

/// What a verdict says of the failures that led to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) at: Instant,
    /// How long the run took, or how long somebody waited for it.
    pub(crate) elapsed: Duration,
    /// How many failures more than before.
    pub(crate) failures: u64,
}

impl Outage {
    pub(crate) fn is_over(&self) -> bool {
        self.trouble.is_none()
    }

    /// Notes a verdict and tells what there is to tell.
    pub(crate) fn note(&mut self, verdict: &Verdict, found: Found, mut tell: impl FnMut(What)) {
        let fails = verdict.is_fail();
        match (verdict.fault(), &mut self.trouble) {
            (None, None) => {}
            (Some(fault), Some(trouble)) if trouble.fails == fails => {
                trouble.goes_on(fault, found, tell);
            }
            (fault, _) => {
                if let Some(ended) = self.trouble.take() {
                    ended.end(fails, found.at, &mut tell);
                }
                self.trouble = fault.map(|fault| Trouble::begin(fails, fault, found, tell));
            }
        }
    }
}

impl Trouble {
    fn begin(fails: bool, fault: &Fault, found: Found, mut tell: impl FnMut(What)) -> Self {
        let (at, reason) = (found.at, fault.clone());
        let fault = fault.clone();
        tell(if fails {
            What::Failed { fault, elapsed: found.elapsed }
        } else {
            What::Warned { fault }
        });
        let failures = found.failures.max(1);
        Self { fails, since: at, said: at, said_reason: None, reason, failures }
    }

    fn goes_on(&mut self, fault: &Fault, found: Found, mut tell: impl FnMut(What)) {
        self.failures += found.failures;
        let silent = |since: Instant| found.at.saturating_duration_since(since);
        let may_say = self.said_reason.is_none_or(|said| silent(said) >= OTHER_REASON);
        if !self.reason.reads_like(fault) && may_say {
            self.reason = fault.clone();
            (self.said, self.said_reason) = (found.at, Some(found.at));
            tell(What::OtherReason { fault: fault.clone(), fails: self.fails });
        } else if self.fails && silent(self.said) >= REMINDER {
            self.said = found.at;
            let (failures, downtime) = (self.failures, silent(self.since));
            tell(What::StillFailing { fault: fault.clone(), failures, downtime });
        }
    }

    /// Ends because the check is well, or because it is in trouble of the other kind.
    fn end(self, then_fails: bool, now: Instant, tell: &mut impl FnMut(What)) {
        let duration = now.saturating_duration_since(self.since);
        if self.fails {
            tell(What::Recovered { failures: self.failures, downtime: duration });
        } else if !then_fails {
            tell(What::Cleared { duration });
        }
    }
}
