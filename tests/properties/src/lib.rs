//! What holds of any input at all. Each function panics if the input breaks a rule. The fuzz
//! targets of `fuzz/` look for such inputs; `tests/corpus.rs` replays what they have found so far.
#![expect(clippy::missing_panics_doc, reason = "to panic is what they are for")]

mod adapters;
mod config;
mod grpc;
mod manifest;
mod request;

pub use adapters::adapters;
pub use config::config;
pub use grpc::grpc;
pub use manifest::manifest;
pub use request::request;
