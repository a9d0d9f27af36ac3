//! Serves health endpoints from Rocket.
//!
//! ```
//! use healthz_core::Registry;
//! use rocket::{Build, Rocket};
//!
//! fn rocket(registry: &Registry) -> Rocket<Build> {
//!     rocket::build().mount("/", healthz_rocket::routes(registry))
//! }
//! # let _ = rocket(&Registry::builder().liveness("live", []).build()?);
//! # Ok::<(), healthz_core::RegistryError>(())
//! ```
//!
//! # The end of the service
//!
//! Rocket has its own signals. Turn them off, so that readiness is 503 before Rocket stops to
//! listen:
//!
//! ```no_run
//! use std::future::pending;
//!
//! use healthz_core::Registry;
//! use rocket::{Build, Config, Rocket, tokio};
//!
//! async fn serve(registry: &Registry, rocket: Rocket<Build>) -> Result<(), rocket::Error> {
//!     let mut config = Config::from(rocket.figment());
//!     config.shutdown.ctrlc = false;
//!     config.shutdown.signals.clear();
//!     let rocket = rocket.configure(config).ignite().await?;
//!     let (shutdown, signal) = (rocket.shutdown(), registry.shutdown_signal());
//!     registry
//!         .serve(async {
//!             tokio::select! {
//!                 ended = rocket.launch() => ended.map(drop),
//!                 never = async { signal.await; shutdown.notify(); pending().await } => never,
//!             }
//!         })
//!         .await
//! }
//! ```
//!
//! Do not call `notify` in a task of its own: if it comes while Rocket 0.5.2 is at work, requests
//! that are out are now and then cut off, and `launch` says `shutdown failed`.
//!
//! A request that is out gets `shutdown.grace` (2 s) from Rocket, and its connection is then
//! closed. Raise it to the registry's [`stop_limit`](healthz_core::RegistryBuilder::stop_limit),
//! which says so in the log.
//!
//! # Mount after what may refuse, redirect, limit or rewrite
//!
//! Guards are of a route, and touch no other. A fairing is around everything: kubelet and most load
//! balancers take a 3xx for healthy, whatever the checks say, so let one that redirects leave out
//! what is below the registry's prefix, and the health endpoints answer in plain HTTP:
//!
//! ```
//! use healthz_core::Registry;
//! use rocket::{Response, fairing::AdHoc, http::Status};
//!
//! fn to_https(registry: &Registry) -> AdHoc {
//!     let registry = registry.clone();
//!     AdHoc::on_response("to https", move |request, response| {
//!         let is_probe = registry.tail(&request.uri().path().as_str()[1..]).is_some();
//!         Box::pin(async move {
//!             let headers = request.headers();
//!             if is_probe || headers.get_one("x-forwarded-proto") == Some("https") {
//!                 return;
//!             }
//!             let host = headers.get_one("host").unwrap_or_default();
//!             let target = format!("https://{host}{}", request.uri());
//!             *response = Response::build()
//!                 .status(Status::PermanentRedirect)
//!                 .raw_header("location", target)
//!                 .finalize();
//!         })
//!     })
//! }
//! # let _ = to_https(&Registry::builder().liveness("live", []).build()?);
//! # Ok::<(), healthz_core::RegistryError>(())
//! ```
//!
//! # Logs
//!
//! A healthy probe leaves no line of an access log that is a fairing in [`quiet`], nor does one
//! that is told `Starting` or `Shutting down`; everything else leaves what it always left. Rocket's
//! own lines are another matter, see [`quiet`].
//!
//! A fairing of one's own may ask [`is_quiet`] instead:
//!
//! ```
//! use rocket::fairing::AdHoc;
//!
//! let log = AdHoc::on_response("access log", |request, response| {
//!     Box::pin(async move {
//!         if !healthz_rocket::is_quiet(response) {
//!             eprintln!("{} {} {}", request.method(), request.uri(), response.status());
//!         }
//!     })
//! });
//! # let _ = rocket::build().attach(log);
//! ```
//!
//! # What is Rocket's own
//!
//! - Methods that Rocket does not know (`PROPFIND`) and paths that it cannot parse are its own 400.
//!   A `POST` of a form that begins with `_method=` is taken for that method.
//! - Its [`Shield`](rocket::shield::Shield) adds header fields to every answer, as to all of
//!   Rocket's, and its `ident` adds `Server`. No probe minds.
//! - Rocket handles a request to its end also when its client has left.

mod quiet;
mod routes;

pub use quiet::{Quiet, is_quiet, quiet};
pub use routes::routes;

/// Checks and the registry, so that one dependency is enough to begin with.
///
/// ```
/// use healthz_rocket::core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let routes = healthz_rocket::routes(&registry);
/// # let _ = routes;
/// # Ok::<(), healthz_rocket::core::RegistryError>(())
/// ```
pub use healthz_core as core;

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
