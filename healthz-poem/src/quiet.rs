use std::{
    fmt, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use healthz_core::{Registry, adapter};
use http_body_util::Either;
use poem::{
    Body, Endpoint, Error, IntoResponse, Middleware, Request, RequestParts, Response, Result,
    http::{self, HeaderValue, Uri, request::Parts, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use tower_layer::Layer;
use tower_service::Service;

use crate::response::response;

/// Wraps a logging middleware so that it never sees the registry's healthy probes, nor those that
/// are told `Starting` or `Shutting down`.
///
/// Everything else is logged as by the middleware alone, the rest of the probes included. It may be
/// [`Tracing`](poem::middleware::Tracing), or any other middleware that logs; one that is a
/// function asks [`is_quiet`]. It should do nothing else, because a healthy probe goes past it, and
/// it calls its endpoint once.
///
/// ```
/// use healthz_core::Registry;
/// use poem::{EndpointExt, Route, endpoint::make_sync, get, middleware::Tracing};
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let health = healthz_poem::routes(&registry).with(healthz_poem::quiet(&registry, Tracing));
/// let rest = Route::new().at("/", get(make_sync(|_| "hello"))).with(Tracing);
/// let app = Route::new().nest_no_strip(registry.prefix(), health).nest("/", rest);
/// # Ok(())
/// # }
/// ```
///
/// # Around our routes, or around everything
///
/// Around our routes alone, as above, it is exact, and the application's requests never meet it.
/// Around a whole application it is what [`healthz_tower::quiet`] says of it.
///
/// In both forms an unhealthy probe is shown to the logger after it was answered: a latency that
/// the logger measures by itself is then close to zero, and what it is shown has the addresses, the
/// method, the paths and the header fields of the request, but no cookie jar and no path
/// parameters.
///
/// # Panics
/// The endpoint panics if the logger calls the endpoint inside it twice.
pub fn quiet<M>(registry: &Registry, logger: M) -> Quiet<M> {
    Quiet { registry: registry.clone(), logger: Arc::new(logger) }
}

/// Tells whether a response is a probe's that no log needs, for loggers and metrics of one's own.
///
/// It is a healthy endpoint's, or says `Starting` or `Shutting down`, of which core's log tells
/// once. No other response is, whatever its path, status and header fields say.
#[must_use]
pub fn is_quiet(response: &Response) -> bool {
    let values = response.headers().values().map(HeaderValue::as_bytes);
    adapter::is_quiet(response.status().as_u16(), values)
}

/// The middleware that [`quiet`] makes.
pub struct Quiet<M> {
    registry: Registry,
    logger: Arc<M>,
}

impl<M> fmt::Debug for Quiet<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quiet").field("registry", &self.registry).finish_non_exhaustive()
    }
}

impl<E, M> Middleware<E> for Quiet<M>
where
    E: Endpoint + 'static,
    Inside<Outside<E>>: Endpoint,
    M: Middleware<Inside<Outside<E>>>,
    QuietEndpoint<QuietService<E, M>>: Endpoint,
{
    type Output = QuietEndpoint<QuietService<E, M>>;

    fn transform(&self, application: E) -> Self::Output {
        let registry = self.registry.clone();
        let layer = healthz_tower::Quiet::new(&registry, Logger(self.logger.clone()));
        QuietEndpoint { service: layer.layer(Outside(Arc::new(application))), registry }
    }
}

/// The logger around an application, and a way past the logger.
type QuietService<E, M> = healthz_tower::QuietService<
    Outside<E>,
    Outside<<M as Middleware<Inside<Outside<E>>>>::Output>,
    healthz_tower::Quiet<Logger<M>, Option<Request>>,
>;

/// A request on its way through a tower service; `None` if it was answered before the logger sees
/// it.
type Message = http::Request<Option<Request>>;

/// The endpoint of the middleware [`Quiet`].
#[derive(Debug)]
pub struct QuietEndpoint<S> {
    service: S,
    registry: Registry,
}

impl<S> Endpoint for QuietEndpoint<S>
where
    S: Service<Message, Response = http::Response<Either<Body, Body>>, Error = Error>,
    S: Clone + Send + Sync,
    S::Future: Send,
{
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let may_be_probe =
            self.registry.may_be_probe(request.method().as_str(), request.uri().path());
        let mut message = message(&request);
        if may_be_probe {
            *message.version_mut() = request.version();
            message.headers_mut().clone_from(request.headers());
            message.extensions_mut().clone_from(request.extensions());
            message.extensions_mut().insert(Known::of(&request));
        }
        let message = message.map(|()| Some(request));
        let answer = self.service.clone().call(message).await?;
        Ok(response(answer.map(|body| match body {
            Either::Left(body) | Either::Right(body) => body,
        })))
    }
}

/// What poem knows of a request besides its head.
#[derive(Clone)]
struct Known {
    local: LocalAddr,
    remote: RemoteAddr,
    scheme: Scheme,
    original: Uri,
}

impl Known {
    fn of(request: &Request) -> Self {
        Self {
            local: request.local_addr().clone(),
            remote: request.remote_addr().clone(),
            scheme: request.scheme().clone(),
            original: request.original_uri().clone(),
        }
    }

    fn request(self, mut head: Parts) -> Request {
        let uri = mem::replace(&mut head.uri, self.original);
        let parts = RequestParts::from((head, self.local, self.remote, self.scheme));
        let mut request = Request::from_parts(parts, Body::empty());
        *request.uri_mut() = uri;
        request
    }
}

/// What tower must know of a request to tell whether it may be a probe.
fn message(request: &Request) -> http::Request<()> {
    let mut message = http::Request::new(());
    message.method_mut().clone_from(request.method());
    message.uri_mut().clone_from(request.uri());
    message
}

/// A middleware of poem as a layer of tower.
#[derive(Debug)]
pub struct Logger<M>(Arc<M>);

impl<M> Clone for Logger<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S, M> Layer<S> for Logger<M>
where
    Inside<S>: Endpoint,
    M: Middleware<Inside<S>>,
{
    type Service = Outside<M::Output>;

    fn layer(&self, service: S) -> Self::Service {
        Outside(Arc::new(self.0.transform(Inside(service))))
    }
}

/// A service of tower as the endpoint inside a logger.
#[derive(Debug)]
pub struct Inside<S>(S);

impl<S> Endpoint for Inside<S>
where
    S: Service<Message, Response = http::Response<Body>, Error = Error> + Clone + Send + Sync,
    S::Future: Send,
{
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let message = message(&request).map(|()| Some(request));
        self.0.clone().call(message).await.map(response)
    }
}

/// An endpoint as a service of tower.
#[derive(Debug)]
pub struct Outside<E>(Arc<E>);

impl<E> Clone for Outside<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Endpoint + 'static> Service<Message> for Outside<E> {
    type Response = http::Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, message: Message) -> Self::Future {
        let endpoint = self.0.clone();
        Box::pin(async move {
            let (mut head, request) = message.into_parts();
            let shown = || head.extensions.remove().map(|known: Known| known.request(head));
            let request = request.or_else(shown).unwrap_or_default();
            let (head, body) = endpoint.call(request).await?.into_response().into_parts();
            let mut answer = http::Response::new(body);
            *answer.status_mut() = head.status;
            *answer.version_mut() = head.version;
            *answer.headers_mut() = head.headers;
            *answer.extensions_mut() = head.extensions;
            Ok(answer)
        })
    }
}
