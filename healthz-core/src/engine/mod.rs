//! Runs the checks: one [`Checker`] per check, shared by every endpoint, adapter and worker thread.
//!
//! ```text
//!                    ask: nobody runs it, nothing held is good
//!            +-------------------------------------------------+
//!            |                                                 v
//!         [ Idle ]                                   [ Busy: first poll ]      on the asker's thread,
//!            ^  ^                                        |         |           inside the run
//!            |  |            ready: settle               |         |
//!            |  +----------------------------------------+         | pending: spawn
//!            |                                                     v
//!            |   settle: finished, failed, panicked,     [ Busy: run ]      a task of its own, so it
//!            +-------------------------------------------  |                   outlives every asker;
//!            |   or out of its timeout                     |                   whoever asks joins it
//!            |                                             |
//!            +---------------------------------------------+
//!                the run's runtime went away: nothing is recorded,
//!                one of those who waited asks again on its own runtime
//! ```
//!
//! - [`ReusedFuture`](runner) is the check's future, reused from run to run.
//! - [`DetachedRun`](run) owns a run that was not ready at once. Dropping it puts its checker back to idle.
//! - [`Checker`](checker) keeps_results the two states above, the last result, the [`Streak`](streak) of results that
//!   thresholds look at and the [`Outage`](announcer) that the log looks at. One short mutex guards
//!   them; nothing of the user's runs and nothing waits while it is held.
//! - [`Responder`](responder) is one endpoint: it asks its checkers, waits for the pending ones until the
//!   endpoint's budget is over, and keeps what it can say again without asking.
//! - [`Background`](background) runs the checkers that have an interval.
//!
//! All the state of a checker changes under its one mutex, in `ask`, `begin`, `settle`, `abort` and
//! `overdue`; each of them is a plain function. Whatever threads do, they do these calls in some order; the test
//! module `model` therefore tries every order of what can happen to a checker, up to a fixed length,
//! against a model. No atomics are left whose interleavings would need a model checker of their own:
//! the generation that retires prepared answers is only counted up while the checker's lock is held, and
//! a runner's flag is seen by one owner at a time, who got the runner through that lock.

pub(crate) mod announcer;
pub(crate) mod background;
pub(crate) mod checker;
mod detached_run;
mod fault;
#[cfg(test)]
mod model;
pub(crate) mod responder;
mod reused_future;
mod streak;
