/// The consecutive results of a check, and the status they add up to.
///
/// The first result of all counts at once; after that, `fail_after` failures in a row turn a
/// passing check, and `recover_after` passes in a row a failing one. A single opposite result
/// starts the count anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Streak {
    passing: Option<bool>,
    last: Option<bool>,
    length: u32,
    /// Some run has ended; before, `passing` is only what probes saw that waited in vain.
    has_result: bool,
    ever_passed: bool,
}

impl Streak {
    /// Notes the result of a run that somebody is given.
    pub(crate) fn record(&mut self, passed: bool, fail_after: u32, recover_after: u32) {
        let first = !self.has_result;
        self.has_result = true;
        self.ever_passed |= passed;
        self.count(passed, first, if passed { recover_after } else { fail_after });
    }

    /// Notes a probe whose budget was over before the run was: for those who ask, that is a
    /// failure, and the run may well be as late every time.
    pub(crate) fn record_overdue(&mut self, fail_after: u32) {
        let first = self.passing.is_none();
        self.count(false, first, fail_after);
    }

    /// Notes the result of a run that had been counted as overdue and that nobody waited for any
    /// more.
    pub(crate) fn record_unheard(&mut self, passed: bool) {
        self.has_result |= !passed;
        self.ever_passed |= passed;
    }

    fn count(&mut self, passed: bool, first: bool, needed: u32) {
        self.length = if self.last == Some(passed) { self.length.saturating_add(1) } else { 1 };
        self.last = Some(passed);
        if first || self.length >= needed {
            self.passing = Some(passed);
        }
    }

    /// The status after thresholds; `None` before the first result.
    pub(crate) fn passing(&self) -> Option<bool> {
        self.passing
    }

    /// Whether some run has passed.
    pub(crate) fn has_passed(&self) -> bool {
        self.ever_passed
    }

    /// Whether one more pass would change nothing.
    pub(crate) fn is_passing_steadily(&self) -> bool {
        self.has_result && self.passing == Some(true) && self.last == Some(true)
    }

    /// Whether the thresholds hide the last result.
    pub(crate) fn hides_last(&self) -> bool {
        self.passing != self.last
    }

    pub(crate) fn failures(&self) -> u32 {
        if self.last == Some(false) { self.length } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After a probe that waited in vain for each of so many runs, which then came to this.
    fn unheard(passed: bool, runs: usize) -> Streak {
        let mut streak = Streak::default();
        for _ in 0..runs {
            streak.record_overdue(1);
            streak.record_unheard(passed);
        }
        streak
    }

    #[test]
    fn a_failure_that_nobody_heard_is_the_first_result() {
        for runs in 1..4 {
            let mut streak = unheard(false, runs);
            assert!(!streak.has_passed());
            streak.record(true, 1, 2);
            assert_eq!(streak.passing(), Some(false), "one of two passes");
            streak.record(true, 1, 2);
            assert_eq!(streak.passing(), Some(true));
        }
    }

    #[test]
    fn a_pass_that_nobody_heard_turns_nothing_and_is_known() {
        for runs in 1..4 {
            let mut streak = unheard(true, runs);
            assert!(streak.has_passed());
            assert_eq!(streak.passing(), Some(false));
            streak.record(true, 1, 2);
            assert_eq!(streak.passing(), Some(true), "the first that is heard");
        }
    }
}
