//! Serves health endpoints from actix-web.
//!
//! ```
//! use actix_web::{App, web};
//! use healthz_core::Registry;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let app = App::new()
//!     .service(healthz_actix::routes(&registry))
//!     .route("/", web::get().to(|| async { "hello" }));
//! # Ok(())
//! # }
//! ```
//!
//! actix-web asks its services in the order in which they were added, and a scope takes everything
//! below its path: add [`routes`] before a scope like `web::scope("")` that takes every path.

mod routes;

pub use routes::routes;
