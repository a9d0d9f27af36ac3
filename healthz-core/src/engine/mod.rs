//! Runs the checks: one [`Cell`] per check, shared by every endpoint, adapter and worker thread.
//!
//! ```text
//!                    ask: nobody runs it, nothing held is good
//!            +-------------------------------------------------+
//!            |                                                 v
//!         [ Idle ]                                   [ Busy: first poll ]      on the asker's thread,
//!            ^  ^                                        |         |           inside the flight
//!            |  |            ready: settle               |         |
//!            |  +----------------------------------------+         | pending: spawn
//!            |                                                     v
//!            |   settle: finished, failed, panicked,     [ Busy: flight ]      a task of its own, so it
//!            +-------------------------------------------  |                   outlives every asker;
//!            |   or out of its timeout                     |                   whoever asks joins it
//!            |                                             |
//!            +---------------------------------------------+
//!                the flight's runtime went away: nothing is recorded,
//!                one of those who waited asks again on its own runtime
//! ```
//!
//! - [`Runner`](runner) is the check's future, reused from run to run.
//! - [`Flight`](flight) owns a run that was not ready at once. Dropping it puts its cell back to idle.
//! - [`Cell`](cell) holds the two states above, the last result, the [`Streak`](streak) of results that
//!   thresholds look at and the [`Diary`](journal) that the log looks at. One short mutex guards
//!   them; nothing of the user's runs and nothing waits while it is held.
//! - [`Panel`](panel) is one endpoint: it asks its cells, waits for the pending ones until the
//!   endpoint's budget is over, and keeps what it can say again without asking.
//! - [`Background`](background) runs the cells that have an interval.
//!
//! All the state of a cell changes under its one mutex, in `ask`, `begin`, `settle`, `abort` and
//! `overdue`; each of them is a plain function. Whatever threads do, they do these calls in some order; the test
//! module `model` therefore tries every order of what can happen to a cell, up to a fixed length,
//! against a model. No atomics are left whose interleavings would need a model checker of their own:
//! the generation that retires prepared answers is only counted up while the cell's lock is held, and
//! a runner's flag is seen by one owner at a time, who got the runner through that lock.

pub(crate) mod background;
pub(crate) mod cell;
mod fault;
mod flight;
pub(crate) mod journal;
#[cfg(test)]
mod model;
pub(crate) mod panel;
mod runner;
mod streak;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Locks; a panic of another holder does not matter, for no holder leaves a half-made state.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds without overflow: a moment too far away to be counted is 34 years off.
pub(crate) fn after(moment: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(1 << 30);
    moment.checked_add(duration).unwrap_or_else(|| moment + FAR)
}
