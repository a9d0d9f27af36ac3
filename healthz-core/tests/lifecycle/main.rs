//! The promises about a service's start and end, on a paused clock.
#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed")]

mod drain;
mod endpoints;
mod journal;
