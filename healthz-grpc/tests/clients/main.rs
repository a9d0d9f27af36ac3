//! Real clients against real servers: axum's, tonic's and our own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets an error has failed"
)]

mod limits;
mod python;
mod server;
mod support;
mod tonic;
mod wire;
