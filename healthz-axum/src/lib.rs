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
//!
//! # Redirects to HTTPS
//!
//! Kubelet and most load balancers take a 3xx for healthy: a probe that is redirected never fails again,
//! whatever the checks say. A layer is around the routes that were there before it, so mount the
//! health endpoints after the redirect, and they answer in plain HTTP:
//!
//! ```
//! use axum::{
//!     Router,
//!     http::{HeaderMap, Uri},
//!     extract::Request,
//!     middleware::{Next, from_fn},
//!     response::{IntoResponse, Redirect, Response},
//!     routing::get,
//! };
//! # use healthz_core::Registry;
//!
//! async fn to_https(headers: HeaderMap, uri: Uri, request: Request, next: Next) -> Response {
//!     let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
//!     if header("x-forwarded-proto") == Some("https") {
//!         return next.run(request).await;
//!     }
//!     let host = header("host").unwrap_or_default();
//!     Redirect::permanent(&format!("https://{host}{uri}")).into_response()
//! }
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(from_fn(to_https))
//!     .merge(healthz_axum::routes(&registry));
//! # Ok(())
//! # }
//! ```

mod quiet;
mod routes;

pub use quiet::{Quiet, QuietService, is_quiet, quiet};
pub use routes::routes;
