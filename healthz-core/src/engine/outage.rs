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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::health_error::HealthError;

    fn fault(text: &'static str) -> Fault {
        Fault::of(&HealthError::new(text))
    }

    fn fail(text: &'static str) -> Verdict {
        Verdict::Fail(fault(text))
    }

    fn warn(text: &'static str) -> Verdict {
        Verdict::Warn(fault(text))
    }

    /// What is told of these verdicts, each found at its second.
    #[track_caller]
    fn assert_told<const N: usize>(verdicts: [(u64, Verdict); N], expected: &[&str]) {
        let (mut outage, begin) = (Outage::default(), Instant::now());
        let mut told = Vec::new();
        for (second, verdict) in verdicts {
            let at = begin + Duration::from_secs(second);
            let found = Found { at, elapsed: Duration::from_millis(20), failures: 1 };
            outage.note(&verdict, found, |what| {
                told.push(match what {
                    What::Failed { .. } => format!("{second}: failed"),
                    What::Warned { .. } => format!("{second}: warned"),
                    What::OtherReason { fails, .. } => format!("{second}: other, fails {fails}"),
                    What::StillFailing { failures, downtime, .. } => {
                        format!("{second}: still, {failures} in {downtime:?}")
                    }
                    What::Recovered { failures, downtime } => {
                        format!("{second}: recovered from {failures} in {downtime:?}")
                    }
                    What::Cleared { duration } => format!("{second}: cleared after {duration:?}"),
                    other => panic!("{other:?}"),
                });
            });
            assert_eq!(outage.is_over(), verdict.fault().is_none());
        }
        assert_eq!(told, expected);
    }

    #[test]
    fn a_warning_is_told_when_it_begins_and_when_it_is_cleared() {
        let verdicts = [(0, Verdict::Pass), (1, warn("a")), (2, warn("a")), (8, Verdict::Pass)];
        assert_told(verdicts, &["1: warned", "8: cleared after 7s"]);
    }

    #[test]
    fn a_warning_that_turns_to_a_failure_is_not_cleared() {
        let verdicts = [(0, warn("a")), (5, fail("a")), (7, Verdict::Pass)];
        assert_told(verdicts, &["0: warned", "5: failed", "7: recovered from 1 in 2s"]);
    }

    #[test]
    fn a_failure_that_turns_to_a_warning_has_recovered() {
        let verdicts = [(0, fail("a")), (1, fail("a")), (5, warn("a")), (7, Verdict::Pass)];
        let expected =
            ["0: failed", "5: recovered from 2 in 5s", "5: warned", "7: cleared after 2s"];
        assert_told(verdicts, &expected);
    }

    #[test]
    fn another_reason_is_told_at_most_once_in_ten_seconds() {
        let flapping = [
            (0, fail("a")),
            (1, fail("b")),
            (2, fail("a")),
            (10, fail("a")),
            (11, fail("a")),
            (12, fail("a")),
            (20, fail("b")),
        ];
        let expected = ["0: failed", "1: other, fails true", "11: other, fails true"];
        assert_told(flapping, &expected);
        let warning = [(0, warn("a")), (1, warn("b")), (2, warn("b"))];
        assert_told(warning, &["0: warned", "1: other, fails false"]);
    }

    #[test]
    fn a_failure_is_recalled_once_a_minute_and_a_warning_is_not() {
        let down = [0, 59, 60, 61, 119, 120].map(|second| (second, fail("a")));
        assert_told(down, &["0: failed", "60: still, 3 in 60s", "120: still, 6 in 120s"]);
        assert_told([0, 60, 120].map(|second| (second, warn("a"))), &["0: warned"]);
    }
}
