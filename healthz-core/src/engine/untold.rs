use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{engine::fault::Fault, support::lock::lock};

/// How many events of one check wait to be told.
const WAITING: usize = 4;

/// Who is told. Each has queues and a thread of its own, because a listener that never returns must
/// not stop the log, nor a log that hangs the listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Log,
    Listeners,
}

/// What there is to tell somebody of one check, in its order. It is filled under the checker's lock
/// and emptied by whoever tells, at whatever pace; what is too much is counted and not told.
pub(crate) struct Untold {
    pub(crate) audience: Audience,
    pub(crate) check: Arc<str>,
    pub(crate) optional: bool,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<Event>,
    /// It is in the line of those whose events are told.
    queued: bool,
}

/// Something to tell, and how many others before it are not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) what: What,
    pub(crate) skipped: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Failed {
        fault: Fault,
        elapsed: Duration,
    },
    /// It fails, or warns, for another reason than before.
    OtherReason {
        fault: Fault,
        fails: bool,
    },
    StillFailing {
        fault: Fault,
        failures: u64,
        downtime: Duration,
    },
    Recovered {
        failures: u64,
        downtime: Duration,
    },
    Warned {
        fault: Fault,
    },
    Cleared {
        duration: Duration,
    },
    /// Its first poll kept the thread of whoever asked for so long.
    BlockedThread {
        elapsed: Duration,
    },
    /// Run after run ends when the budget of whoever asked is over.
    AlwaysLate {
        elapsed: Duration,
    },
}

impl What {
    /// Whether listeners hear of it; the log hears of everything.
    fn is_transition(&self) -> bool {
        match self {
            Self::Failed { .. }
            | Self::OtherReason { .. }
            | Self::Recovered { .. }
            | Self::Warned { .. }
            | Self::Cleared { .. } => true,
            Self::StillFailing { .. } | Self::BlockedThread { .. } | Self::AlwaysLate { .. } => {
                false
            }
        }
    }
}

impl Untold {
    pub(crate) fn new(audience: Audience, check: Arc<str>, optional: bool) -> Self {
        Self { audience, check, optional, waiting: Mutex::default() }
    }

    /// Adds an event; returns whether somebody has to put this into the line.
    pub(crate) fn add(&self, what: &What) -> bool {
        if self.audience == Audience::Listeners && !what.is_transition() {
            return false;
        }
        let mut waiting = lock(&self.waiting);
        waiting.events.push_back(Event { what: what.clone(), skipped: 0 });
        if waiting.events.len() > WAITING {
            waiting.leave_out();
        }
        !mem::replace(&mut waiting.queued, true)
    }

    /// Takes the next event; after the last one it is out of the line.
    pub(crate) fn next(&self) -> Option<Event> {
        let mut waiting = lock(&self.waiting);
        let next = waiting.events.pop_front();
        waiting.queued = next.is_some();
        next
    }
}

impl Waiting {
    /// Leaves some out, but not the first nor the last one, nor the first fall.
    ///
    /// After a fall it is two of them, because what turns one way turns back the next time: so
    /// those that are kept stay on their sides.
    fn leave_out(&mut self) {
        let is_fall = |event: &Event| matches!(event.what, What::Failed { .. });
        let fall = self.events.iter().position(is_fall).unwrap_or_default();
        let gap = if fall + 3 <= WAITING { fall + 1..fall + 3 } else { 1..2 };
        let after = gap.start;
        let skipped: u64 = self.events.drain(gap).map(|event| event.skipped + 1).sum();
        // The one after the gap says how wide it is.
        self.events[after].skipped += skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(number: u64) -> What {
        What::Failed { fault: Fault::Stale, elapsed: Duration::from_secs(number) }
    }

    fn recovered(number: u64) -> What {
        What::Recovered { failures: number, downtime: Duration::ZERO }
    }

    #[test]
    fn the_first_and_the_last_are_kept_and_the_others_counted() {
        for flaps in 0..50_u64 {
            let untold = Untold::new(Audience::Log, "db".into(), false);
            let mut sent = Vec::new();
            for number in 0..=flaps {
                let what = if number % 2 == 0 { failed(number) } else { recovered(number) };
                assert_eq!(untold.add(&what), number == 0);
                sent.push(what);
            }
            let told: Vec<Event> = std::iter::from_fn(|| untold.next()).collect();
            assert!(told.len() <= WAITING);
            assert_eq!(told.first().map(|event| &event.what), sent.first());
            assert_eq!(told.last().map(|event| &event.what), sent.last());
            let skipped: u64 = told.iter().map(|event| event.skipped).sum();
            assert_eq!(told.len() as u64 + skipped, sent.len() as u64);
            for pair in told.windows(2) {
                let sides = pair.iter().map(|event| matches!(event.what, What::Failed { .. }));
                assert_eq!(sides.filter(|&failed| failed).count(), 1, "{told:?}");
            }
            assert!(untold.add(&failed(99)), "it is out of the line");
        }
    }
    /// Whatever else there is to tell before it.
    #[test]
    fn the_first_fall_is_kept() {
        let warned = || What::Warned { fault: Fault::Stale };
        let cleared = || What::Cleared { duration: Duration::ZERO };
        let still =
            || What::StillFailing { fault: Fault::Stale, failures: 1, downtime: Duration::ZERO };
        for before in 0..6 {
            let untold = Untold::new(Audience::Log, "db".into(), false);
            let mut sent: Vec<What> = (0..before).flat_map(|_| [warned(), cleared()]).collect();
            for number in 0..5 {
                sent.extend([failed(number), still(), recovered(number), warned()]);
            }
            for what in &sent {
                let _ = untold.add(what);
            }
            let told: Vec<Event> = std::iter::from_fn(|| untold.next()).collect();
            assert!(told.len() <= WAITING);
            assert_eq!(told.first().map(|event| &event.what), sent.first());
            assert!(told.iter().any(|event| event.what == failed(0)), "{told:?}");
            assert_eq!(told.last().map(|event| &event.what), sent.last());
            let skipped: u64 = told.iter().map(|event| event.skipped).sum();
            assert_eq!(told.len() as u64 + skipped, sent.len() as u64);
        }
    }

    #[test]
    fn listeners_hear_of_transitions_only() {
        let untold = Untold::new(Audience::Listeners, "db".into(), false);
        assert!(!untold.add(&What::AlwaysLate { elapsed: Duration::ZERO }));
        assert!(untold.add(&failed(0)));
    }
}
