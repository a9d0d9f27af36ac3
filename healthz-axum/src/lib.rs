//! Serves health endpoints from axum.
//!
//! ```
//! use axum::{Router, routing::get};
//! use healthz_core::Registry;
//! use tower_http::trace::TraceLayer;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let trace = TraceLayer::new_for_http();
//! let health = healthz_axum::routes(&registry).layer(healthz_axum::quiet(&registry, trace.clone()));
//! let app: Router = Router::new().route("/", get(|| async { "hello" })).layer(trace).merge(health);
//! # Ok(())
//! # }
//! ```
//!
//! The application has its access log, and the endpoints have the same in [`quiet`]: a healthy
//! probe leaves no line, nor does one that is told `Starting` or `Shutting down`, and everything
//! else leaves what it always left. Without an access log it is
//! `.merge(healthz_axum::routes(&registry))`.
//!
//! # Mount after what may refuse, redirect, limit or rewrite
//!
//! A layer is around the routes that were there before it. Merge the endpoints last, and nothing
//! answers in their place:
//!
//! ```
//! use axum::{Router, extract::Request, middleware::{Next, from_fn}, routing::get};
//! use healthz_core::Registry;
//! use tower::limit::GlobalConcurrencyLimitLayer;
//! use tower_http::{cors::CorsLayer, normalize_path::NormalizePathLayer};
//! # async fn to_https(request: Request, next: Next) -> axum::response::Response {
//! #     next.run(request).await
//! # }
//! # use tower::Layer;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let app: Router = Router::new()
//!     .route("/hello", get(|| async { "hello" }))
//!     .layer(CorsLayer::permissive())
//!     .layer(GlobalConcurrencyLimitLayer::new(100))
//!     .layer(from_fn(to_https))
//!     .merge(healthz_axum::routes(&registry));
//!
//! // What rewrites paths is around a whole router: make that the fallback of ours.
//! let app = Router::new().route("/hello/", get(|| async { "hello" }));
//! let app = NormalizePathLayer::append_trailing_slash().layer(app);
//! let app: Router = healthz_axum::routes(&registry).fallback_service(app);
//! # Ok(())
//! # }
//! ```
//!
//! | Around the endpoints | What a prober is told |
//! |---|---|
//! | a redirect to HTTPS | 3xx, which kubelet and most load balancers take for healthy, whatever the checks say |
//! | `CorsLayer` | 200 to every OPTIONS: HAProxy's `httpchk` never sees an outage |
//! | a concurrency limit | nothing while others are slow: liveness starves, and a restart drops their work |
//! | load shedding, a rate limit | 503 or 429 under load, which takes away what carries it |
//! | authentication | 401 |
//! | a timeout below the endpoint's budget | its own status, without the cause |
//! | `NormalizePathLayer::append_trailing_slash` | 404; the log says once that `live/` was asked for |
//! | compression | the endpoint's own answer, compressed for whoever asks for that |
//!
//! # Logs
//!
//! [`quiet`] around our routes alone, as above, is exact. Around a whole application it says what
//! is then not as without it:
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
//!
//! # Metrics
//!
//! The route that a layer finds in `MatchedPath` is one of a few, whatever a scanner asks for. A
//! layer counts no probe at all if the endpoints are merged after it. One that shall count the
//! unhealthy ones is around them in [`quiet`], as a logger is: `PrometheusMetricLayer` of
//! axum-prometheus, a layer of OpenTelemetry, your own. Or it asks [`is_quiet`]:
//!
//! ```
//! use axum::{
//!     Router,
//!     extract::{MatchedPath, Request},
//!     middleware::{Next, from_fn},
//!     response::Response,
//!     routing::get,
//! };
//! # use healthz_core::Registry;
//! # fn increment(_route: &str, _status: u16) {}
//!
//! async fn count(route: Option<MatchedPath>, request: Request, next: Next) -> Response {
//!     let response = next.run(request).await;
//!     let route = route.as_ref().map_or("", MatchedPath::as_str);
//!     increment(route, response.status().as_u16());
//!     response
//! }
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let metrics = from_fn(count);
//! let health = healthz_axum::routes(&registry).layer(healthz_axum::quiet(&registry, metrics.clone()));
//! let app: Router = Router::new().route("/", get(|| async { "hello" })).layer(metrics).merge(health);
//! # Ok(())
//! # }
//! ```
//!
//! # Ports, registries, runtimes
//!
//! One registry on a public and an admin port: whoever asks, a check runs once for all. Every
//! server takes a shutdown signal of its own, and both drain together:
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use healthz_core::Registry;
//! use tokio::net::TcpListener;
//!
//! # async fn run(registry: Registry) -> std::io::Result<()> {
//! let admin = healthz_axum::routes(&registry);
//! let public = Router::new().route("/", get(|| async { "hello" })).merge(admin.clone());
//! let serve = async |port, app: Router| {
//!     let listener = TcpListener::bind(("0.0.0.0", port)).await?;
//!     let stop = registry.shutdown_signal();
//!     registry.serve(axum::serve(listener, app).with_graceful_shutdown(stop)).await
//! };
//! tokio::try_join!(serve(8000, public), serve(8001, admin))?;
//! # Ok(())
//! # }
//! ```
//!
//! Several registries in one application have a prefix or a place each, and each is quiet by
//! itself:
//!
//! ```
//! # use axum::Router;
//! # use healthz_core::Registry;
//! use tower_http::trace::TraceLayer;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let search = Registry::builder().readiness("ready", []).build()?;
//! let health = |registry: &Registry| {
//!     let quiet = healthz_axum::quiet(registry, TraceLayer::new_for_http());
//!     healthz_axum::routes(registry).layer(quiet)
//! };
//! let app: Router = Router::new().merge(health(&registry)).nest("/search", health(&search));
//! # Ok(())
//! # }
//! ```
//!
//! A runtime of one thread and a `LocalSet` serve as any other. A check that blocks the only thread
//! holds every answer up, so there [`check_blocking`](healthz_core::check_blocking) matters most:
//!
//! ```no_run
//! # use healthz_core::Registry;
//! use tokio::{net::TcpListener, task::LocalSet};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let registry = Registry::builder().liveness("live", []).build()?;
//!     let listener = TcpListener::bind("127.0.0.1:8000").await?;
//!     let server = axum::serve(listener, healthz_axum::routes(&registry));
//!     LocalSet::new().run_until(server.into_future()).await?;
//!     Ok(())
//! }
//! ```
//!
//! # Another listener
//!
//! A router is a tower service, so it can be served by whatever has a listener already, here
//! hyper's own loop:
//!
//! ```no_run
//! use axum::Router;
//! use healthz_core::Registry;
//! use hyper_util::{
//!     rt::{TokioExecutor, TokioIo},
//!     server::conn::auto,
//!     service::TowerToHyperService,
//! };
//! use tokio::net::TcpListener;
//!
//! async fn serve(registry: &Registry, listener: TcpListener) -> std::io::Result<()> {
//!     let app: Router = Router::new().merge(healthz_axum::routes(registry));
//!     loop {
//!         let (stream, _) = listener.accept().await?;
//!         let service = TowerToHyperService::new(app.clone());
//!         tokio::spawn(async move {
//!             let server = auto::Builder::new(TokioExecutor::new());
//!             server.serve_connection(TokioIo::new(stream), service).await
//!         });
//!     }
//! }
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
