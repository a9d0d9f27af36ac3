//! Serves health endpoints from hyper and from everything else that takes a tower service.
//!
//! [`routes`] is the whole of it for a server that has nothing else to say, such as an admin port:
//!
//! ```no_run
//! use healthz_core::Registry;
//! use hyper_util::{
//!     rt::{TokioExecutor, TokioIo},
//!     server::conn::auto,
//!     service::TowerToHyperService,
//! };
//! use tokio::net::TcpListener;
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = Registry::builder().liveness("live", []).build()?;
//! let service = TowerToHyperService::new(healthz_tower::routes(&registry));
//! let listener = TcpListener::bind("127.0.0.1:8001").await?;
//! loop {
//!     let (stream, _) = listener.accept().await?;
//!     let service = service.clone();
//!     tokio::spawn(async move {
//!         let server = auto::Builder::new(TokioExecutor::new());
//!         server.serve_connection(TokioIo::new(stream), service).await
//!     });
//! }
//! # }
//! ```
//!
//! A service that has more to say asks [`Routes::answer`] first:
//!
//! ```
//! use bytes::Bytes;
//! use healthz_core::Registry;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use tower::{Service, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! let health = healthz_tower::routes(&registry);
//! let mut service = service_fn(move |request: Request<()>| {
//!     let answer = health.answer(&request);
//!     async move {
//!         match answer {
//!             Some(answer) => answer.await,
//!             None => Ok(Response::new(Full::new(Bytes::from("hello")))),
//!         }
//!     }
//! });
//! let response = service.call(Request::get("/healthz/live").body(())?).await?;
//! assert_eq!(response.headers()["content-type"], "application/problem+json");
//! let response = service.call(Request::get("/").body(())?).await?;
//! assert!(!response.headers().contains_key("content-type"));
//! # Ok(())
//! # }
//! ```
//!
//! # Mount after what may refuse, redirect, limit or rewrite
//!
//! Layers that may answer by themselves, or take a permit, belong around the rest alone, as in the
//! service above: ask [`Routes::answer`] before the service that the layers are around. Inside of
//! them CORS answers every OPTIONS with 200, a redirect is taken for healthy, a limit starves
//! liveness, and a timeout below the endpoint's budget hides the cause.
//!
//! ```
//! use bytes::Bytes;
//! use healthz_core::Registry;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
//! use tower_http::trace::TraceLayer;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! type Reply = Response<Full<Bytes>>;
//! let rest = service_fn(async |_: Request<Full<Bytes>>| Ok(Reply::new(Full::from("hello"))));
//! let rest = ServiceBuilder::new().concurrency_limit(100).service(rest);
//!
//! let health = healthz_tower::routes(&registry);
//! let app = service_fn(move |request: Request<Full<Bytes>>| {
//!     let (answer, rest) = (health.answer(&request), rest.clone());
//!     async move {
//!         match answer {
//!             Some(answer) => answer.await,
//!             None => rest.oneshot(request).await,
//!         }
//!     }
//! });
//! // The access log is around both: healthy probes go past it.
//! let quiet = healthz_tower::quiet(&registry, TraceLayer::new_for_http());
//! let mut app = ServiceBuilder::new().layer(quiet).service(app);
//! let response = app.call(Request::get("/healthz/live").body(Full::default())?).await?;
//! assert!(healthz_tower::is_quiet(&response));
//! # Ok(())
//! # }
//! ```
//!
//! # A Lambda function
//!
//! The handler of an AWS Lambda function has the request already, and a type of body of its own.
//! The registry is built once, before `lambda_http::run`, and `R` is `lambda_http::Body`:
//!
//! ```
//! # use bytes::Bytes;
//! # use healthz_core::Registry;
//! use healthz_tower::Routes;
//! use http::{Request, Response};
//!
//! async fn handler<B, R>(health: &Routes, request: Request<B>) -> Response<R>
//! where
//!     R: From<Vec<u8>> + From<&'static str>,
//! {
//!     match health.answer::<_, Bytes>(&request) {
//!         Some(answer) => {
//!             let Ok(answer) = answer.await;
//!             answer.map(|body| Vec::from(body).into())
//!         }
//!         None => Response::new("hello".into()),
//!     }
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let registry = Registry::builder().liveness("live", []).build()?;
//! # let routes = healthz_tower::routes(&registry);
//! # let answer: Response<String> = {
//! #     let live = Request::get("/healthz/live").body(())?;
//! #     handler::<_, Vec<u8>>(&routes, live).await.map(|body| String::from_utf8_lossy(&body).into())
//! # };
//! # assert_eq!(answer.body(), r#"{"status": 200, "title": "OK"}"#);
//! # Ok(())
//! # }
//! ```
//!
//! A function that is frozen between two requests runs nothing in the background: leave out `every`
//! there.
//!
//! Adapters of frameworks on `http` 1 stand on this crate: a user of axum, warp or poem depends on
//! `healthz-axum`, `healthz-warp` or `healthz-poem`.

mod mark;
mod quiet;
mod response;
mod routes;

pub use quiet::{
    Quiet, QuietService, future::QuietFuture, handed::Handed, is_quiet, quiet, running::Running,
};
pub use routes::{Answering, Routes, answering, field, routes};

/// Checks and the registry, so that one dependency is enough to begin with.
///
/// ```
/// use healthz_tower::core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let routes = healthz_tower::routes(&registry);
/// # let _ = routes;
/// # Ok::<(), healthz_tower::core::RegistryError>(())
/// ```
pub use healthz_core as core;

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
