//! The service of the examples: notes in a database, and their health.
//!
//! Everything a real service has besides its framework is here, so that `examples/axum`,
//! `examples/actix` and the others differ in their framework's own lines and nothing else. Start
//! with `registry.rs`, which says what "healthy" means.

mod config;
mod notes;
mod registry;
mod service;
mod warm_up;

pub use config::{Config, ConfigError};
pub use notes::Notes;
pub use registry::registry;
pub use service::{Service, ServiceError};
pub use warm_up::warm_up;
