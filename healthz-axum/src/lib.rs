//! Serves health endpoints from axum.
//!
//! ```
//! use axum::{Router, routing::get};
//! use healthz_core::Registry;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let app: Router =
//!     Router::new().route("/", get(|| async { "hello" })).merge(healthz_axum::routes(&registry));
//! # Ok(())
//! # }
//! ```

mod routes;

pub use routes::routes;
