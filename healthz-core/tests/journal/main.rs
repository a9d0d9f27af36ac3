//! What core tells of its checks, to the log and to listeners.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a registry that does not build is a broken test"
)]

mod lines;
mod listeners;
