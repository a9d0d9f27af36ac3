//! Serves health endpoints from ntex.
//!
//! ```
//! use healthz_core::Registry;
//! use ntex::web::{self, App, middleware::Logger};
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let app = App::new()
//!     .service(healthz_ntex::routes(&registry))
//!     .route("/", web::get().to(|| async { "hello" }))
//!     .middleware(healthz_ntex::quiet(&registry, Logger::default()));
//! # Ok(())
//! # }
//! ```
//!
//! Add [`routes`] before a scope that takes every path, `web::scope("/")`.
//!
//! Core's durations go through tokio's clock, so ntex has its feature `tokio`, which this crate
//! turns on.
//!
//! # The end of the service
//!
//! ntex has its own signals. Turn them off, so that readiness is 503 before it stops to listen:
//!
//! ```no_run
//! use healthz_core::Registry;
//! use ntex::web::{App, HttpServer};
//!
//! async fn serve(registry: Registry) -> std::io::Result<()> {
//!     let shared = registry.clone();
//!     let app = async move || App::new().service(healthz_ntex::routes(&shared));
//!     let server = HttpServer::new(app).disable_signals().bind("127.0.0.1:8000")?.run();
//!     let (signal, stopping) = (registry.shutdown_signal(), server.clone());
//!     ntex::rt::spawn(async move {
//!         signal.await;
//!         stopping.stop(true).await;
//!     });
//!     registry.serve(server).await
//! }
//! ```
//!
//! The stop of ntex 3.12 waits for requests that are out only on a worker that has never been
//! without a connection: its HTTP services tell "no connection is left" once in their life, at the
//! first time, not at the stop. All other workers cut off what is out. Hold what must be finished,
//! `registry.hold("import")` at the beginning of its handler: the drain waits for it before the
//! server stops.
//!
//! # Mount after what may refuse, redirect, limit or rewrite
//!
//! Middleware of the application is around everything. Put it around a scope of the rest, after
//! [`routes`], and nothing answers in place of the endpoints. A redirect above all: kubelet and
//! most load balancers take a 3xx for healthy, whatever the checks say.
//!
//! ```
//! use healthz_core::Registry;
//! use ntex::web::{self, App, middleware::DefaultHeaders};
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let rest = web::scope("/")
//!     .route("/hello", web::get().to(|| async { "hello" }))
//!     .middleware(DefaultHeaders::new().header("x-frame-options", "DENY"));
//! let app = App::new().service(healthz_ntex::routes(&registry)).service(rest);
//! # Ok(())
//! # }
//! ```
//!
//! # Logs
//!
//! A healthy probe leaves no line of an access log that is wrapped in [`quiet`], nor does one that
//! is told `Starting` or `Shutting down`; everything else leaves what it always left. A logger of
//! one's own may ask [`is_quiet`] of its response instead.

mod quiet;
mod response;
mod routes;

pub use quiet::{Half, Quiet, is_quiet, quiet};
pub use routes::{Routes, routes};

/// Checks and the registry, so that one dependency is enough to begin with.
///
/// ```
/// use healthz_ntex::core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let routes = healthz_ntex::routes(&registry);
/// # let _ = routes;
/// # Ok::<(), healthz_ntex::core::RegistryError>(())
/// ```
pub use healthz_core as core;

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
