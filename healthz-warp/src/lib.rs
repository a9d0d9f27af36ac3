//! Serves health endpoints from warp.
//!
//! ```
//! use healthz_core::Registry;
//! use warp::Filter;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let api = warp::path!("hello").map(|| "hello");
//! let log = warp::wrap_fn(healthz_warp::log(&registry, "app"));
//! let app = healthz_warp::routes(&registry).or(api).with(log);
//! # Ok(())
//! # }
//! ```
//!
//! A healthy probe leaves no line of the access log that [`log`](log()) writes as
//! [`warp::log`](warp::filters::log::log) does, nor does one that is told `Starting` or `Shutting
//! down`; everything else leaves what it always left.
//!
//! # Mount after what may refuse, redirect, limit or rewrite
//!
//! The first filter that does not reject answers, and `with` is around what stands before it. Begin
//! with the endpoints, and nothing answers in their place:
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
//! let cors = warp::cors().allow_any_origin().allow_method("GET");
//! let api = warp::path!("hello").map(|| "hello").with(cors);
//! let app = healthz_warp::routes(&registry).or(to_https()).or(api);
//! # Ok(())
//! # }
//! ```
//!
//! | Around the endpoints | What a prober is told |
//! |---|---|
//! | a redirect to HTTPS | 3xx, which kubelet and most load balancers take for healthy, whatever the checks say |
//! | `warp::cors` | 200 to a preflight's OPTIONS, 403 to one of a site that is not allowed |
//! | authentication | its own status |
//! | `warp::body::content_length_limit` | 411 to every probe, because none says a length |
//! | a timeout below the endpoint's budget | its own status, without the cause |
//! | compression | the endpoint's own answer, compressed for whoever asks for that |
//!
//! Other limits, timeouts and whatever rewrites paths are layers of tower around
//! `warp::service(..)`, and so around everything: serve the endpoints from a port of their own
//! then, or by `healthz-tower` in front. Nothing in warp appends slashes.
//!
//! # Logs and metrics
//!
//! [`quiet`] is for a function of one's own what [`log`](log()) is for
//! [`warp::log`](warp::filters::log::log): it is told of every request but healthy probes. A
//! counter of requests is such a function, too.
//!
//! ```
//! # use healthz_core::Registry;
//! # use warp::Filter;
//! # fn increment(_method: &str, _status: u16) {}
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! # let api = warp::path!("hello").map(|| "hello");
//! let count = healthz_warp::quiet(&registry, |info| {
//!     increment(info.method().as_str(), info.status().as_u16());
//! });
//! let app = healthz_warp::routes(&registry).or(api).with(warp::wrap_fn(count));
//! # Ok(())
//! # }
//! ```
//!
//! A filter of one's own that sees responses may ask [`is_quiet`] instead. The span of
//! [`warp::trace`](warp::filters::trace::trace) begins before the outcome is known, and warp lets
//! nobody take it back: keep it on the filters beside [`routes`].
//!
//! # Ports, registries, runtimes
//!
//! One registry on a public and an admin port: whoever asks, a check runs once for all. Every
//! server takes a shutdown signal of its own, and both drain together. Several registries have a
//! prefix or a place each:
//!
//! ```no_run
//! use healthz_core::Registry;
//! use warp::Filter;
//!
//! # async fn run(registry: Registry, search: Registry) {
//! let admin = healthz_warp::routes(&registry);
//! let public = admin.clone().or(warp::path("search").and(healthz_warp::routes(&search)));
//! let admin = warp::serve(admin).bind(([0, 0, 0, 0], 8001)).await;
//! let public = warp::serve(public).bind(([0, 0, 0, 0], 8000)).await;
//! tokio::join!(
//!     registry.serve(admin.graceful(registry.shutdown_signal()).run()),
//!     registry.serve(public.graceful(registry.shutdown_signal()).run()),
//! );
//! # }
//! ```
//!
//! A runtime of one thread and a `LocalSet` serve as any other. A check that blocks the only thread
//! holds every answer up, so there [`check_blocking`](healthz_core::check_blocking) matters most:
//!
//! ```no_run
//! # use healthz_core::Registry;
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), healthz_core::RegistryError> {
//!     let registry = Registry::builder().liveness("live", []).build()?;
//!     let server = warp::serve(healthz_warp::routes(&registry)).bind(([0, 0, 0, 0], 8000)).await;
//!     tokio::task::LocalSet::new().run_until(server.run()).await;
//!     Ok(())
//! }
//! ```

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
