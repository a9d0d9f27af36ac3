//! Serves health endpoints from poem.
//!
//! ```
//! use healthz_core::Registry;
//! use poem::{EndpointExt, endpoint::make_sync, get, middleware::Tracing};
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let app = healthz_poem::routes(&registry)
//!     .at("/", get(make_sync(|_| "hello")))
//!     .with(healthz_poem::quiet(&registry, Tracing));
//! # Ok(())
//! # }
//! ```
//!
//! A healthy probe leaves no line of an access log that is wrapped in [`quiet`], nor does one that
//! is told `Starting` or `Shutting down`; everything else leaves what it always left.
//!
//! # Mount after what may refuse, redirect, limit or rewrite
//!
//! Nest the rest of the application in such middleware, and the endpoints beside it, and nothing
//! answers in their place:
//!
//! ```
//! use healthz_core::Registry;
//! use poem::{
//!     Endpoint, EndpointExt, IntoResponse, Request, Response, Result, Route,
//!     endpoint::make_sync,
//!     get,
//!     middleware::{Cors, NormalizePath, TrailingSlash},
//!     web::Redirect,
//! };
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
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let rest = Route::new()
//!     .at("/hello/", get(make_sync(|_| "hello")))
//!     .with(NormalizePath::new(TrailingSlash::Always))
//!     .with(Cors::new())
//!     .around(to_https);
//! let app = healthz_poem::routes(&registry).nest("/", rest);
//! # Ok(())
//! # }
//! ```
//!
//! | Around the endpoints | What a prober is told |
//! |---|---|
//! | a redirect to HTTPS | 3xx, which kubelet and most load balancers take for healthy, whatever the checks say |
//! | `Cors` | 200 to a preflight's OPTIONS |
//! | authentication | 401 |
//! | `SizeLimit` | 411 to every probe, because none says a length |
//! | `NormalizePath` with `TrailingSlash::Always` | 404; the log says once that `live/` was asked for |
//!
//! # Logs and metrics
//!
//! A logger of one's own may ask [`is_quiet`] instead of being wrapped in [`quiet`], and so may
//! middleware that counts requests. The pattern is one of a few, whatever a scanner asks for:
//!
//! ```
//! use poem::{Endpoint, PathPattern, Request, Response, Result};
//!
//! async fn access_log<E: Endpoint>(next: E, request: Request) -> Result<Response> {
//!     let method = request.method().clone();
//!     let response = next.get_response(request).await;
//!     if !healthz_poem::is_quiet(&response) {
//!         let pattern = response.data::<PathPattern>().map(|pattern| &*pattern.0);
//!         eprintln!("{method} {} {}", pattern.unwrap_or("-"), response.status());
//!     }
//!     Ok(response)
//! }
//! # use poem::EndpointExt;
//! # let _ = poem::Route::new().around(access_log);
//! ```
//!
//! # What is poem's own
//!
//! [`Route::nest`](poem::Route::nest) answers 400 by itself where a path below it holds bytes that
//! are not UTF-8 (`/admin/healthz/%FF`).

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
