//! Serves health endpoints from actix-web.
//!
//! ```
//! use actix_web::{App, web};
//! use healthz_core::Registry;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let app = App::new()
//!     .service(healthz_actix::routes(&registry))
//!     .route("/", web::get().to(|| async { "hello" }));
//! # Ok(())
//! # }
//! ```
//!
//! actix-web asks its services in the order in which they were added, and a scope takes everything
//! below its path: add [`routes`] before a scope like `web::scope("")` that takes every path.
//!
//! # Redirects to HTTPS
//!
//! Kubelet and most load balancers take a 3xx for healthy: a probe that is redirected never fails again,
//! whatever the checks say. `App::wrap` is around everything, so wrap a scope of the rest instead, and
//! the health endpoints answer in plain HTTP:
//!
//! ```
//! use actix_web::{
//!     App, Error, Responder,
//!     body::BoxBody,
//!     dev::{ServiceRequest, ServiceResponse},
//!     middleware::{Next, from_fn},
//!     web,
//! };
//! # use healthz_core::Registry;
//!
//! async fn to_https(
//!     request: ServiceRequest,
//!     next: Next<BoxBody>,
//! ) -> Result<ServiceResponse<BoxBody>, Error> {
//!     let connection = request.connection_info().clone();
//!     if connection.scheme() == "https" {
//!         return next.call(request).await;
//!     }
//!     let target = format!("https://{}{}", connection.host(), request.uri());
//!     let response = web::Redirect::to(target).permanent().respond_to(request.request());
//!     Ok(request.into_response(response).map_into_boxed_body())
//! }
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let rest = web::scope("").wrap(from_fn(to_https)).route("/", web::get().to(|| async { "hello" }));
//! let app = App::new().service(healthz_actix::routes(&registry)).service(rest);
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
//! # use actix_web::{App, web};
//! # use healthz_core::Registry;
//! use actix_web::middleware::Logger;
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let app = App::new()
//!     .service(healthz_actix::routes(&registry))
//!     .route("/", web::get().to(|| async { "hello" }))
//!     .wrap(healthz_actix::quiet(&registry, Logger::default()));
//! # Ok(())
//! # }
//! ```
//!
//! A logger of one's own may ask [`is_quiet`] instead:
//!
//! ```
//! use actix_web::{
//!     Error,
//!     body::MessageBody,
//!     dev::{ServiceRequest, ServiceResponse},
//!     middleware::Next,
//! };
//!
//! async fn access_log<B: MessageBody>(
//!     request: ServiceRequest,
//!     next: Next<B>,
//! ) -> Result<ServiceResponse<B>, Error> {
//!     let line = format!("{} {}", request.method(), request.uri());
//!     let response = next.call(request).await?;
//!     if !healthz_actix::is_quiet(response.response()) {
//!         eprintln!("{line} {}", response.status());
//!     }
//!     Ok(response)
//! }
//! # let _ = actix_web::App::new().wrap(actix_web::middleware::from_fn(access_log));
//! ```

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
