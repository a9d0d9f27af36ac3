/// The consecutive results of a check, and the status they add up to.
///
/// The first result of all counts at once; after that, `fail_after` failures in a row turn a passing
/// check, and `recover_after` passes in a row a failing one. A single opposite result starts the count
/// anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Streak {
    passing: Option<bool>,
    last: Option<bool>,
    length: u32,
    ever_passed: bool,
}

impl Streak {
    pub(crate) fn record(&mut self, passed: bool, fail_after: u32, recover_after: u32) {
        self.length = if self.last == Some(passed) { self.length.saturating_add(1) } else { 1 };
        self.last = Some(passed);
        let needed = if passed { recover_after } else { fail_after };
        if self.passing.is_none() || self.length >= needed {
            self.passing = Some(passed);
            self.ever_passed |= passed;
        }
    }

    /// The status after thresholds; `None` before the first result.
    pub(crate) fn passing(&self) -> Option<bool> {
        self.passing
    }

    /// Whether the status has ever been passing.
    pub(crate) fn has_passed(&self) -> bool {
        self.ever_passed
    }

    /// Whether the thresholds hide the last result.
    pub(crate) fn hides_last(&self) -> bool {
        self.passing != self.last
    }

    pub(crate) fn failures(&self) -> u32 {
        if self.last == Some(false) { self.length } else { 0 }
    }

    /// Whether one failure more would leave the check passing.
    pub(crate) fn tolerates_failure(&self, fail_after: u32) -> bool {
        self.passing == Some(true) && self.failures().saturating_add(1) < fail_after
    }
}
