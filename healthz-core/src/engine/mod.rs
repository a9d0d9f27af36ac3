//! Runs the checks: one [`Checker`](checker) per check, shared by every endpoint, adapter and
//! worker thread.
//!
//! # A run
//!
//! ```text
//!                    ask: nobody runs it, nothing held is good
//!            +-------------------------------------------------+
//!            |                                                 v
//!         [ Idle ]                                   [ Out: first poll ]       on the asker's thread
//!            ^  ^                                        |         |
//!            |  |            ready: end                  |         |
//!            |  +----------------------------------------+         | pending: detach
//!            |                                                     v
//!            |   end: passed, warned, failed,            [ Out: run ]          a task of its own, so it
//!            +-------- panicked or out of its timeout ---- |                   outlives every asker;
//!            |                                             |                   whoever asks joins it
//!            +---------------------------------------------+
//!            |       the run's runtime went away: nothing is recorded,
//!            |       those who waited ask again, on their own runtime
//!            |
//!            +-- [ Out ] its timeout and a budget have passed and nobody has ended it, because its
//!                thread is blocked or its runtime is not driven: whoever asks begins the next run
//! ```
//!
//! A run has a number. The one whose number the state holds is the check's; a lost one may come
//! back whenever its thread does, and says nothing any more.
//!
//! # The quick way
//!
//! Most fresh checks pass at once, every time. Such a check is put on the quick way, where an
//! endpoint's [`Walk`](walk) runs it without its lock; one atomic [`Word`](word) says who may. As
//! soon as anything else happens, somebody takes the lock, and with it the check off the quick way.
//!
//! # The files
//!
//! From the bottom up, none knows one below it:
//!
//! - [`fault`]: what a run comes to, as texts of our own. [`streak`]: the results that thresholds
//!   look at. [`untold`], [`outage`]: what the log and the listeners shall hear. [`past`]: counters
//!   and history.
//!   [`snapshot`]: what one probe is told. [`landing`]: where those wait who joined a run.
//!   [`turns`]: who runs a background check.
//! - [`state`]: the facts of a check and every decision about them, as plain functions under one
//!   lock.
//! - [`announcer`], [`line`]: tell the log and the listeners, each on a thread of its own.
//!   [`word`]: the quick way.
//! - [`checker`]: a state with its lock, its word and what follows from a decision when the lock is
//!   released.
//! - [`outstanding_run`]: the run that is out, and whoever owns it. [`background`]: runs of checks
//!   with an interval. [`walk`]: runs on the quick way. [`asking`]: asks one check and waits for
//!   it.
//! - [`responder`]: one endpoint, which asks its checks until its budget is over.
//!
//! # What holds
//!
//! - Nothing of the user's runs, is dropped or is formatted while a lock is held; a panic of it is
//!   contained, its payload too. This needs `panic = "unwind"`.
//! - Nobody waits for a thread: every run has a deadline that whoever asks can enforce.
//! - All decisions about one check happen one after the other. The module `model` tries every order
//!   of what can happen to a checker, up to a fixed length, against a model; the four steps of the
//!   word that happen outside the lock are tried in every interleaving (the tests of [`word`]).

pub(crate) mod announcer;
mod asking;
pub(crate) mod background;
pub(crate) mod checker;
mod fault;
mod landing;
mod line;
#[cfg(test)]
mod model;
mod outage;
mod outstanding_run;
mod past;
mod prober_spans;
pub(crate) mod responder;
mod snapshot;
mod state;
mod streak;
mod turns;
mod untold;
mod walk;
mod word;
