//! Serves health endpoints from warp.
//!
//! ```
//! use healthz_core::Registry;
//! use warp::Filter;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let api = warp::path!("hello").map(|| "hello");
//! let app = healthz_warp::routes(&registry).or(api);
//! # Ok(())
//! # }
//! ```

mod routes;

pub use routes::routes;
