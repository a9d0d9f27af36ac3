//! Serves health endpoints from actix-web.
//!
//! ```
//! use actix_web::{App, middleware::Logger, web};
//! use healthz_core::Registry;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let app = App::new()
//!     .service(healthz_actix::routes(&registry))
//!     .route("/", web::get().to(|| async { "hello" }))
//!     .wrap(healthz_actix::quiet(&registry, Logger::default()));
//! # Ok(())
//! # }
//! ```
//!
//! A healthy probe leaves no line of an access log that is wrapped in [`quiet`], nor does one that
//! is told `Starting` or `Shutting down`; everything else leaves what it always left.
//!
//! actix-web asks its services in the order in which they were added, and a scope takes everything
//! below its path: add [`routes`] before a scope like `web::scope("")` that takes every path.
//!
//! # Mount after what may refuse, redirect, limit or rewrite
//!
//! `App::wrap` is around everything. Wrap a scope of the rest instead, and nothing answers in place
//! of the endpoints:
//!
//! ```
//! use actix_web::{
//!     App, Error,
//!     body::MessageBody,
//!     dev::{ServiceRequest, ServiceResponse},
//!     middleware::{Next, NormalizePath, TrailingSlash, from_fn},
//!     web,
//! };
//! use healthz_core::Registry;
//! # async fn to_https<B: MessageBody>(
//! #     request: ServiceRequest,
//! #     next: Next<B>,
//! # ) -> Result<ServiceResponse<B>, Error> {
//! #     next.call(request).await
//! # }
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let rest = web::scope("")
//!     .route("/hello/", web::get().to(|| async { "hello" }))
//!     .wrap(NormalizePath::new(TrailingSlash::Always))
//!     .wrap(from_fn(to_https));
//! let app = App::new().service(healthz_actix::routes(&registry)).service(rest);
//! # Ok(())
//! # }
//! ```
//!
//! | Around the endpoints | What a prober is told |
//! |---|---|
//! | a redirect to HTTPS | 3xx, which kubelet and most load balancers take for healthy, whatever the checks say |
//! | CORS that answers OPTIONS | 200 to every OPTIONS: HAProxy's `httpchk` never sees an outage |
//! | a concurrency limit | nothing while others are slow: liveness starves, and a restart drops their work |
//! | load shedding, a rate limit | 503 or 429 under load, which takes away what carries it |
//! | authentication | 401 |
//! | a timeout below the endpoint's budget | its own status, without the cause |
//! | `NormalizePath` with `TrailingSlash::Always` | 404; the log says once that `live/` was asked for |
//! | `Compress` | the endpoint's own answer, compressed for whoever asks for that |
//!
//! # Logs and metrics
//!
//! A logger of one's own may ask [`is_quiet`] instead of being wrapped in [`quiet`], and so may
//! middleware that counts requests. The match pattern is one of a few, whatever a scanner asks for:
//!
//! ```
//! use actix_web::{
//!     Error,
//!     body::MessageBody,
//!     dev::{ServiceRequest, ServiceResponse},
//!     middleware::Next,
//! };
//! # fn increment(_route: &str, _status: u16) {}
//!
//! async fn count<B: MessageBody>(
//!     request: ServiceRequest,
//!     next: Next<B>,
//! ) -> Result<ServiceResponse<B>, Error> {
//!     let response = next.call(request).await?;
//!     if !healthz_actix::is_quiet(response.response()) {
//!         let route = response.request().match_pattern().unwrap_or_default();
//!         increment(&route, response.status().as_u16());
//!     }
//!     Ok(response)
//! }
//! # let _ = actix_web::App::new().wrap(actix_web::middleware::from_fn(count));
//! ```
//!
//! An exporter that is not your own goes into [`quiet`] as a logger does, `PrometheusMetrics` of
//! actix-web-prom for one, and counts all but healthy probes there.
//!
//! # Ports, registries, workers
//!
//! One registry on a public and an admin port: whoever asks, a check runs once for all. Every
//! server takes a shutdown signal of its own, and both drain together:
//!
//! ```no_run
//! use actix_web::{App, HttpServer, web};
//! use healthz_core::Registry;
//!
//! # async fn run(registry: Registry) -> std::io::Result<()> {
//! let health = {
//!     let registry = registry.clone();
//!     move || App::new().service(healthz_actix::routes(&registry))
//! };
//! let public = {
//!     let health = health.clone();
//!     move || health().route("/", web::get().to(|| async { "hello" }))
//! };
//! let admin = HttpServer::new(health).workers(1).shutdown_signal(registry.shutdown_signal());
//! let public = HttpServer::new(public).shutdown_signal(registry.shutdown_signal());
//! let (admin, public) = (admin.bind("0.0.0.0:8001")?.run(), public.bind("0.0.0.0:8000")?.run());
//! tokio::try_join!(registry.serve(admin), registry.serve(public))?;
//! # Ok(())
//! # }
//! ```
//!
//! Several registries in one application have a prefix or a scope each, and each is quiet by
//! itself:
//!
//! ```
//! use actix_web::{App, middleware::Logger, web};
//! # use healthz_core::Registry;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let search = Registry::builder().readiness("ready", []).build()?;
//! let quiet = healthz_actix::quiet(&registry, Logger::default());
//! let app = App::new()
//!     .service(healthz_actix::routes(&registry))
//!     .service(web::scope("/search").service(healthz_actix::routes(&search)))
//!     .wrap(healthz_actix::quiet(&search, quiet));
//! # Ok(())
//! # }
//! ```
//!
//! Each worker is a thread with a runtime of its own, `.workers(1)` is one for all. A check that
//! blocks it holds every answer of that worker up, so use
//! [`check_blocking`](healthz_core::check_blocking).
//!
//! A server that ends waits 30 seconds for its connections, idle ones of HTTP/2 among them, and so
//! long Kubernetes waits for the process by default.
//! [`Registry::serve`](healthz_core::Registry::serve) gives it up after its stop limit; set
//! `HttpServer::shutdown_timeout` below that, and the server ends by itself.

mod quiet;
mod response;
mod routes;

pub use quiet::{Half, HalfFuture, Quiet, is_quiet, quiet};
pub use routes::routes;

/// Checks and the registry, so that one dependency is enough to begin with.
///
/// ```
/// use healthz_actix::core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let routes = healthz_actix::routes(&registry);
/// # let _ = routes;
/// # Ok::<(), healthz_actix::core::RegistryError>(())
/// ```
pub use healthz_core as core;

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
