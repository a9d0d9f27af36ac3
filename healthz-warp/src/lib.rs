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
//!
//! # Redirects to HTTPS
//!
//! Kubelet and most load balancers take a 3xx for healthy: a probe that is redirected never fails again,
//! whatever the checks say. The first filter that does not reject answers, so put the health endpoints
//! before the redirect, and they answer in plain HTTP:
//!
//! ```
//! use warp::{Filter, Rejection, Reply, host::Authority, http::Uri, path::FullPath};
//! # use healthz_core::Registry;
//!
//! /// Redirects what did not come by HTTPS, and rejects what did.
//! fn to_https() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
//!     warp::header::optional("x-forwarded-proto")
//!         .and(warp::host::optional())
//!         .and(warp::path::full())
//!         .and_then(async |scheme: Option<String>, host: Option<Authority>, path: FullPath| {
//!             let host = host.filter(|_| scheme.as_deref() != Some("https"));
//!             let target = host.map(|host| format!("https://{host}{}", path.as_str()).parse::<Uri>());
//!             match target {
//!                 Some(Ok(target)) => Ok(warp::redirect::permanent(target)),
//!                 _ => Err(warp::reject()),
//!             }
//!         })
//! }
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let api = warp::path!("hello").map(|| "hello");
//! let app = healthz_warp::routes(&registry).or(to_https()).or(api);
//! # Ok(())
//! # }
//! ```
//!
//! # Logs
//!
//! A healthy probe leaves no line of the access log that [`log`](log()) writes as
//! [`warp::log`](warp::filters::log::log) does, nor does one that is told `Starting` or `Shutting down`;
//! everything else leaves what it always left. [`quiet`] is
//! the same for [`warp::log::custom`](warp::filters::log::custom).
//!
//! ```
//! # use healthz_core::Registry;
//! # use warp::Filter;
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! # let api = warp::path!("hello").map(|| "hello");
//! let log = warp::wrap_fn(healthz_warp::log(&registry, "api"));
//! let app = healthz_warp::routes(&registry).or(api).with(log);
//! # Ok(())
//! # }
//! ```
//!
//! A filter of one's own that sees responses may ask [`is_quiet`] instead. The span of
//! [`warp::trace`](warp::filters::trace::trace) begins before the outcome is known, and warp lets nobody
//! take it back: keep it on the filters beside [`routes`].

mod quiet;
mod routes;

pub use healthz_tower::is_quiet;
pub use quiet::{log, quiet};
pub use routes::routes;

/// Checks and the registry, so that one dependency is enough to begin with.
///
/// ```
/// use healthz_warp::core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let routes = healthz_warp::routes(&registry);
/// # let _ = routes;
/// # Ok::<(), healthz_warp::core::RegistryError>(())
/// ```
pub use healthz_core as core;

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
