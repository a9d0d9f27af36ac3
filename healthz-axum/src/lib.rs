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
//!
//! # Logs
//!
//! A healthy probe leaves no line of an access log that is wrapped in [`quiet`], nor does one that is told
//! `Starting` or `Shutting down`; everything else leaves what it always left:
//!
//! ```
//! # use axum::{Router, routing::get};
//! # use healthz_core::Registry;
//! use tower_http::trace::TraceLayer;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .merge(healthz_axum::routes(&registry))
//!     .layer(healthz_axum::quiet(&registry, TraceLayer::new_for_http()));
//! # Ok(())
//! # }
//! ```
//!
//! A logger of one's own may ask [`is_quiet`] instead:
//!
//! ```
//! use axum::{extract::Request, middleware::Next, response::Response};
//!
//! async fn access_log(request: Request, next: Next) -> Response {
//!     let line = format!("{} {}", request.method(), request.uri());
//!     let response = next.run(request).await;
//!     if !healthz_axum::is_quiet(&response) {
//!         eprintln!("{line} {}", response.status());
//!     }
//!     response
//! }
//! # let _: axum::Router = axum::Router::new().layer(axum::middleware::from_fn(access_log));
//! ```

mod quiet;
mod routes;

pub use healthz_tower::is_quiet;
pub use quiet::{Quiet, quiet};
pub use routes::routes;

/// Checks and the registry, so that one dependency is enough to begin with.
///
/// ```
/// use healthz_axum::core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let app: axum::Router = healthz_axum::routes(&registry);
/// # let _ = app;
/// # Ok::<(), healthz_axum::core::RegistryError>(())
/// ```
pub use healthz_core as core;

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
