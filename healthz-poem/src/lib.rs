//! Serves health endpoints from poem.
//!
//! ```
//! use healthz_core::Registry;
//! use poem::{endpoint::make_sync, get};
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let app = healthz_poem::routes(&registry).at("/", get(make_sync(|_| "hello")));
//! # Ok(())
//! # }
//! ```
//!
//! # Redirects to HTTPS
//!
//! Kubelet and most load balancers take a 3xx for healthy: a probe that is redirected never fails again,
//! whatever the checks say. Nest the rest of the application in the redirect, and the health endpoints
//! beside it, and they answer in plain HTTP:
//!
//! ```
//! use poem::{
//!     Endpoint, EndpointExt, IntoResponse, Request, Response, Result, Route, endpoint::make_sync,
//!     get, web::Redirect,
//! };
//! # use healthz_core::Registry;
//!
//! async fn to_https<E: Endpoint>(next: E, request: Request) -> Result<Response> {
//!     if request.header("x-forwarded-proto") == Some("https") {
//!         return Ok(next.call(request).await?.into_response());
//!     }
//!     let host = request.header("host").unwrap_or_default();
//!     let target = format!("https://{host}{}", request.original_uri());
//!     Ok(Redirect::permanent(target).into_response())
//! }
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let rest = Route::new().at("/", get(make_sync(|_| "hello"))).around(to_https);
//! let app = healthz_poem::routes(&registry).nest("/", rest);
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
//! # use healthz_core::Registry;
//! # use poem::{endpoint::make_sync, get};
//! use poem::{EndpointExt, middleware::Tracing};
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let app = healthz_poem::routes(&registry)
//!     .at("/", get(make_sync(|_| "hello")))
//!     .with(healthz_poem::quiet(&registry, Tracing));
//! # Ok(())
//! # }
//! ```
//!
//! A logger of one's own may ask [`is_quiet`] instead:
//!
//! ```
//! use poem::{Endpoint, IntoResponse, Request, Response, Result};
//!
//! async fn access_log<E: Endpoint>(next: E, request: Request) -> Result<Response> {
//!     let line = format!("{} {}", request.method(), request.original_uri());
//!     let response = next.get_response(request).await;
//!     if !healthz_poem::is_quiet(&response) {
//!         eprintln!("{line} {}", response.status());
//!     }
//!     Ok(response)
//! }
//! # use poem::EndpointExt;
//! # let _ = poem::Route::new().around(access_log);
//! ```
//!
//! # What is poem's own
//!
//! [`Route::nest`](poem::Route::nest) answers 400 by itself where a path below it holds bytes that are not
//! UTF-8 (`/admin/healthz/%FF`).

mod quiet;
mod response;
mod routes;

pub use quiet::{Inside, Logger, Outside, Quiet, QuietEndpoint, is_quiet, quiet};
pub use routes::routes;

/// Checks and the registry, so that one dependency is enough to begin with.
///
/// ```
/// use healthz_poem::core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let routes = healthz_poem::routes(&registry);
/// # let _ = routes;
/// # Ok::<(), healthz_poem::core::RegistryError>(())
/// ```
pub use healthz_core as core;

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
