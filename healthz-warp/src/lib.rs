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

mod quiet;
mod routes;

pub use quiet::{is_quiet, log, quiet};
pub use routes::routes;
