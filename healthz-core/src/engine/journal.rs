use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

use super::fault::Fault;
use crate::{Transition, TransitionKind};

/// How long a check that stays down is left alone between two reminders.
const REMINDER: Duration = Duration::from_secs(60);

pub(crate) type Listener = Arc<dyn Fn(&Transition) + Send + Sync>;

/// What the log has been told of a check that is down.
#[derive(Debug)]
pub(crate) struct Downtime {
    since: Instant,
    said: Instant,
    failures: u64,
}

/// Something to tell, decided under the cell's lock and told outside it.
#[derive(Debug)]
pub(crate) enum Event {
    Failed { fault: Fault, elapsed: Duration },
    StillFailing { fault: Fault, failures: u64, downtime: Duration },
    Recovered { failures: u64, downtime: Duration },
}

impl Downtime {
    /// Notes a failure: `counts` is false where it has been counted already.
    pub(crate) fn failed(
        down: &mut Option<Self>,
        fault: &Fault,
        now: Instant,
        elapsed: Duration,
        counts: bool,
    ) -> Option<Event> {
        let Some(downtime) = down else {
            *down = Some(Self { since: now, said: now, failures: 1 });
            return Some(Event::Failed { fault: fault.clone(), elapsed });
        };
        downtime.failures += u64::from(counts);
        if now.saturating_duration_since(downtime.said) < REMINDER {
            return None;
        }
        downtime.said = now;
        Some(Event::StillFailing {
            fault: fault.clone(),
            failures: downtime.failures,
            downtime: now.saturating_duration_since(downtime.since),
        })
    }

    pub(crate) fn passed(down: &mut Option<Self>, now: Instant) -> Option<Event> {
        let ended = down.take()?;
        Some(Event::Recovered {
            failures: ended.failures,
            downtime: now.saturating_duration_since(ended.since),
        })
    }
}

/// Tells the log and the listeners what became of a check.
#[derive(Default)]
pub(crate) struct Journal {
    pub(crate) listeners: Vec<Listener>,
}

impl Journal {
    pub(crate) fn tell(&self, check: &Arc<str>, optional: bool, event: Event) {
        let kind = match event {
            Event::Failed { fault, elapsed } => {
                let (text, cause) = (fault.public_text(check).into_owned(), fault.cause());
                tracing::warn!(
                    target: "healthz",
                    %check, optional, %text, %cause, ?elapsed,
                    "check failed"
                );
                TransitionKind::Failed { text, cause, elapsed }
            }
            Event::StillFailing { fault, failures, downtime } => {
                let (text, cause) = (fault.public_text(check), fault.cause());
                tracing::warn!(
                    target: "healthz",
                    %check, optional, %text, %cause, failures, ?downtime,
                    "check is still failing"
                );
                return;
            }
            Event::Recovered { failures, downtime } => {
                tracing::info!(
                    target: "healthz",
                    %check, optional, failures, ?downtime,
                    "check recovered"
                );
                TransitionKind::Recovered { failures, downtime }
            }
        };
        let transition = Transition { check: check.clone(), optional, kind };
        for listener in &self.listeners {
            if catch_unwind(AssertUnwindSafe(|| listener(&transition))).is_err() {
                tracing::error!(target: "healthz", %check, "a transition listener panicked");
            }
        }
    }
}
