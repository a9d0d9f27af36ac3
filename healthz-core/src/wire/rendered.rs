use std::sync::{Arc, Mutex};

use crate::{report::Report, support::lock::lock, wire::answer::Answer};

/// The answer that was last made of a report, so that a report which the engine says again is not
/// rendered again.
#[derive(Default)]
pub(crate) struct Rendered(Mutex<Option<(Arc<Report>, Answer)>>);

impl Rendered {
    /// The answer of this very report.
    pub(crate) fn answer(&self, report: &Arc<Report>) -> Answer {
        if let Some((of, answer)) = &*lock(&self.0)
            && Arc::ptr_eq(of, report)
        {
            return answer.clone();
        }
        let answer = Answer::of(report);
        *lock(&self.0) = Some((report.clone(), answer.clone()));
        answer
    }
}
