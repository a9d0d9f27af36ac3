use std::{collections::VecDeque, time::SystemTime};

use crate::{
    engine::fault::{Fault, Verdict},
    report::{
        known_check::{Runs, Transitions},
        past_transition::{KEPT, PastTransition},
        status::Status,
    },
};

/// What a check has been through: counters, and the last times its status turned.
///
/// A run that changes nothing records nothing but its count, so a check that is well for years
/// costs what it cost at first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    pub(crate) runs: Runs,
    pub(crate) transitions: Transitions,
    pub(crate) status: Option<Status>,
    pub(crate) since: Option<SystemTime>,
    history: VecDeque<PastTransition>,
}

impl Past {
    /// Counts a run by what it came to.
    pub(crate) fn count(&mut self, result: &Verdict) {
        let count = match result {
            Verdict::Pass => &mut self.runs.pass,
            Verdict::Warn(_) => &mut self.runs.warn,
            Verdict::Fail(Fault::TimedOut(_)) => &mut self.runs.timeout,
            Verdict::Fail(Fault::Panicked(_)) => &mut self.runs.panic,
            Verdict::Fail(_) => &mut self.runs.fail,
        };
        *count += 1;
    }

    /// Notes the status of now; returns whether it is another one than before.
    pub(crate) fn turn(&mut self, status: Status, text: Option<&str>) -> bool {
        if self.status == Some(status) {
            return false;
        }
        let at = SystemTime::now();
        (self.status, self.since) = (Some(status), Some(at));
        let count = match status {
            Status::Pass => &mut self.transitions.pass,
            Status::Warn => &mut self.transitions.warn,
            Status::Fail => &mut self.transitions.fail,
        };
        *count += 1;
        if self.history.len() == KEPT {
            self.history.pop_front();
        }
        self.history.push_back(PastTransition::new(at, status, text));
        true
    }

    /// The last transitions, from the oldest to the youngest.
    pub(crate) fn history(&self) -> Vec<PastTransition> {
        self.history.iter().cloned().collect()
    }
}
