//! What readers get who ask for more than the status.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]
#![expect(clippy::float_cmp, reason = "samples are counts, and whole numbers are exact")]

mod details;
mod exclude;
mod limits;
mod metrics;
mod negotiation;
mod paths;
mod schema;
mod support;
