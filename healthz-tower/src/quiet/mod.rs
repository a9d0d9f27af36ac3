//! The layer that keeps healthy probes away from a logger.
//!
//! A logger may write before the answer is there, and nothing can be taken back. So a request that
//! may be a healthy probe's is polled once before the logger sees it:
//!
//! ```text
//!   the path cannot be a probe's ----------------------------> the logger, around the application
//!   it can: the application is polled once, without a logger
//!     a healthy answer --------------------------------------> past the logger
//!     pending, and our endpoints were polled (`mark.rs`) ----> waits for the answer, then as above
//!     pending and they were not, another answer, a panic ----> the logger, around what is running
//!     dropped while it waits --------------------------------> the logger, around nothing
//! ```

pub(crate) mod future;
pub(crate) mod handed;
pub(crate) mod running;

use std::{
    fmt,
    marker::PhantomData,
    mem,
    task::{Context, Poll},
};

use bytes::Bytes;
use healthz_core::{Registry, adapter};
use http::{HeaderValue, Request, Response};
use http_body_util::{Either, Empty};
use tower::util::Oneshot;
use tower_layer::Layer;
use tower_service::Service;

use crate::quiet::{future::QuietFuture, handed::Handed};

/// Wraps a logging layer so that it never sees the registry's healthy probes, nor those that are
/// told `Starting` or `Shutting down`.
///
/// Everything else is logged as by the layer alone, the rest of the probes included. It may be any
/// layer that logs, or a stack of them. It should do nothing else, because a healthy probe goes
/// past it, and it calls its service once.
///
/// ```
/// use healthz_core::Registry;
/// use http::Request;
/// use http_body_util::Empty;
/// use bytes::Bytes;
/// use tower::{Layer, Service};
/// use tower_http::trace::TraceLayer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let logger = healthz_tower::quiet(&registry, TraceLayer::new_for_http());
/// let mut service = logger.layer(healthz_tower::routes(&registry));
/// let response = service.call(Request::get("/healthz/live").body(Empty::<Bytes>::new())?).await?;
/// assert!(healthz_tower::is_quiet(&response));
/// # Ok(())
/// # }
/// ```
///
/// # Around our endpoints, or around everything
///
/// Around the endpoints alone it is exact, and the application's requests never meet it. Around a
/// whole service it has to find out which requests are ours, and three things are then not as
/// without it, each for requests whose path and method may be a probe's, and for no other:
///
/// - What the application does in the first poll of such a request is outside the logger's span.
/// - A healthy probe that reaches the endpoints after that first poll is logged: behind middleware
///   that waits for something, or spawns a task.
/// - A healthy probe whose path is rewritten inside is logged, because nobody knew that it was one.
///
/// In both forms an unhealthy probe is shown to the logger with its finished response, so a latency
/// that the logger measures by itself is close to zero; core's own line has the true time.
///
/// # Panics
/// The service panics if the logger calls the service inside it twice.
pub fn quiet<L>(registry: &Registry, logger: L) -> Quiet<L> {
    Quiet::new(registry, logger)
}

/// Tells whether a response is a probe's that no log needs, for loggers and metrics of one's own.
///
/// It is a healthy endpoint's, or says `Starting` or `Shutting down`, of which core's log tells
/// once. No other response is, whatever its path, status and header fields say.
///
/// ```
/// use http::Response;
///
/// assert!(!healthz_tower::is_quiet(&Response::new("hello")));
/// ```
pub fn is_quiet<B>(response: &Response<B>) -> bool {
    let values = response.headers().values().map(HeaderValue::as_bytes);
    adapter::is_quiet(response.status().as_u16(), values)
}

/// The layer that [`quiet`] makes.
///
/// `G` is the body of a request that is shown to the logger after it was answered: an empty one, of
/// [`Empty`] unless the logger wants another type.
pub struct Quiet<L, G = Empty<Bytes>> {
    registry: Registry,
    logger: L,
    shown: PhantomData<fn() -> G>,
}

impl<L, G> Quiet<L, G> {
    /// Creates the layer with another type of body, for frameworks whose loggers take only their
    /// own.
    pub fn new(registry: &Registry, logger: L) -> Self {
        Self { registry: registry.clone(), logger, shown: PhantomData }
    }
}

impl<L: Clone, G> Clone for Quiet<L, G> {
    fn clone(&self) -> Self {
        Self::new(&self.registry, self.logger.clone())
    }
}

impl<L, G> fmt::Debug for Quiet<L, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quiet").field("registry", &self.registry).finish_non_exhaustive()
    }
}

/// The service of the layer [`Quiet`]: the logger around the application, and a way past the
/// logger.
#[derive(Debug, Clone)]
pub struct QuietService<S, T, Q> {
    logged: T,
    application: S,
    quiet: Q,
}

impl<S: Clone, L: Layer<S> + Clone, G> Layer<S> for Quiet<L, G> {
    type Service = QuietService<S, L::Service, Self>;

    fn layer(&self, application: S) -> Self::Service {
        let logged = self.logger.layer(application.clone());
        QuietService { logged, application, quiet: self.clone() }
    }
}

impl<S, T, L, G, B, R, U> Service<Request<B>> for QuietService<S, T, Quiet<L, G>>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    T: Service<Request<B>, Response = Response<U>> + Clone,
    L: Layer<Handed<Oneshot<S, Request<B>>>> + Clone,
    L::Service: Service<Request<G>, Response = Response<U>, Error = T::Error>,
    G: Default,
{
    type Response = Response<Either<R, U>>;
    type Error = T::Error;
    type Future = QuietFuture<T::Future, Oneshot<S, Request<B>>, L, G>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        self.logged.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (method, path) = (request.method().as_str(), request.uri().path());
        if !self.quiet.registry.may_be_probe(method, path) {
            return QuietFuture::logged(self.logged.call(request));
        }
        // What was made ready is not what is called: give back what it reserved, a permit for
        // example.
        let another = self.logged.clone();
        drop(mem::replace(&mut self.logged, another));
        let (head, body) = request.into_parts();
        let shown = Request::from_parts(head.clone(), G::default());
        let running = Oneshot::new(self.application.clone(), Request::from_parts(head, body));
        let logger = self.quiet.logger.clone();
        QuietFuture::waiting(running, logger, shown)
    }
}
