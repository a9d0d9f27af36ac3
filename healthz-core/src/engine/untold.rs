use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{engine::fault::Fault, support::lock::lock};

/// How many events of one check wait to be told.
///
/// An even number of them is left out from the middle, because what turns one way turns back the next
/// time: so the first and the last that are kept stay on their sides.
const WAITING: usize = 4;

/// What there is to tell of one check, in its order. It is filled under the checker's lock and emptied
/// by whoever tells, at whatever pace; what is too much is counted and not told.
pub(crate) struct Untold {
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

impl Untold {
    pub(crate) fn new(check: Arc<str>, optional: bool) -> Self {
        Self { check, optional, waiting: Mutex::default() }
    }

    /// Adds an event; returns whether somebody has to put this into the line.
    pub(crate) fn add(&self, what: What) -> bool {
        let mut waiting = lock(&self.waiting);
        let mut skipped = 0;
        if waiting.events.len() == WAITING {
            skipped = waiting.events.drain(1..3).map(|event| event.skipped + 1).sum();
        }
        // The one after the gap says how wide it is.
        match waiting.events.get_mut(1) {
            Some(next) => next.skipped += skipped,
            None => debug_assert_eq!(skipped, 0, "a full line has a second one left"),
        }
        waiting.events.push_back(Event { what, skipped: 0 });
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
            let untold = Untold::new("db".into(), false);
            let mut sent = Vec::new();
            for number in 0..=flaps {
                let what = if number % 2 == 0 { failed(number) } else { recovered(number) };
                assert_eq!(untold.add(what.clone()), number == 0);
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
            assert!(untold.add(failed(99)), "it is out of the line");
        }
    }
}
