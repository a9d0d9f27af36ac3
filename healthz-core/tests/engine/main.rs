//! The engine's promises, each seen through the public API and on a paused clock.
#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed")]

mod background;
mod blocking;
mod budget;
mod cache;
mod changes;
mod context;
mod departure;
mod heartbeat;
mod hostile;
mod known;
mod outcome;
mod panics;
mod runtimes;
mod single_flight;
mod startup;
mod support;
mod takeover;
mod thresholds;
mod timeout;
mod transitions;
