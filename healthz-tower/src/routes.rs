use std::{
    convert::Infallible,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use healthz_core::{
    Registry,
    adapter::{self, Responding},
};
use http::{HeaderMap, HeaderValue, Request, Response, header::ACCEPT};
use http_body_util::Full;
use tower_service::Service;

use crate::{mark, response::response};

/// Serves everything below the registry's prefix.
///
/// As a service by itself it answers every other path with the 404 of an endpoint that is not
/// there. To serve something else as well, ask [`Routes::answer`] first.
///
/// ```
/// use healthz_core::Registry;
/// use http::Request;
/// use tower::Service;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let mut service = healthz_tower::routes(&registry);
/// let response = service.call(Request::head("/healthz/live").body(())?).await?;
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.headers()["content-length"], "30");
/// let response = service.call(Request::get("/live").body(())?).await?;
/// assert_eq!(response.status(), 404);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn routes(registry: &Registry) -> Routes {
    Routes { registry: registry.clone() }
}

/// The service that [`routes`] makes. Cheap to clone, always ready, and it never fails.
#[derive(Debug, Clone)]
pub struct Routes {
    registry: Registry,
}

impl Routes {
    /// Answers a request for anything below the registry's prefix; `None` for every other path,
    /// which is the application's.
    ///
    /// A service that is nested takes away what is before the prefix first. The body may be of any
    /// type of which an answer's bytes can be made.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use healthz_core::Registry;
    /// use http::Request;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = Registry::builder().liveness("live", []).build()?;
    /// let health = healthz_tower::routes(&registry);
    /// let request = Request::get("/healthz/live").body(())?;
    /// let answer = health.answer::<_, Bytes>(&request).ok_or("not below the prefix")?;
    /// assert_eq!(answer.await?.body(), r#"{"status": 200, "title": "OK"}"#);
    /// assert!(health.answer::<_, Bytes>(&Request::get("/hello").body(())?).is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn answer<B, R: From<Bytes>>(&self, request: &Request<B>) -> Option<Answering<R>> {
        let path = request.uri().path().strip_prefix('/')?;
        Some(self.respond(request, self.registry.tail(path)?))
    }

    fn respond<B, R>(&self, request: &Request<B>, tail: &str) -> Answering<R> {
        let header = |name: &str| field(request.headers(), name);
        let asked = adapter::Request::new(request.method().as_str(), tail);
        let asked = asked.path(request.uri().path()).query(request.uri().query());
        answering(&self.registry, asked.headers(&header))
    }
}

/// Looks a header field up, as [`adapter::Request::headers`] wants it.
///
/// ```
/// use http::{HeaderMap, header::ACCEPT};
///
/// let headers = HeaderMap::from_iter([(ACCEPT, "text/plain".parse()?)]);
/// assert_eq!(healthz_tower::field(&headers, "accept"), Some(&b"text/plain"[..]));
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[must_use]
pub fn field<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h [u8]> {
    // Every probe asks for this one, and a name that is a text is parsed for every look-up.
    let value = if name == "accept" { headers.get(ACCEPT) } else { headers.get(name) };
    value.map(HeaderValue::as_bytes)
}

/// Answers a request that is known to be below the registry's prefix.
///
/// For adapters whose framework has no [`http::Request`] to give.
///
/// ```
/// use bytes::Bytes;
/// use healthz_core::{Registry, adapter::Request};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let response = healthz_tower::answering::<Bytes>(&registry, Request::new("HEAD", "live")).await?;
/// assert_eq!(response.headers()["content-length"], "30");
/// assert_eq!(response.body(), "");
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn answering<R>(registry: &Registry, request: adapter::Request<'_>) -> Answering<R> {
    let head = request.is_head();
    Answering { responding: registry.respond(request), head, body: PhantomData }
}

impl<B> Service<Request<B>> for Routes {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answering {
        // No endpoint's name begins with a slash, so the whole path is no endpoint's.
        let whole = if request.uri().path().starts_with('/') { request.uri().path() } else { "/" };
        let tail = self.registry.tail(&whole[1..]).unwrap_or(whole);
        self.respond(&request, tail)
    }
}

/// The future of [`Routes`] and of [`answering`].
#[derive(Debug)]
pub struct Answering<R = Full<Bytes>> {
    responding: Responding,
    head: bool,
    body: PhantomData<fn() -> R>,
}

impl<R: From<Bytes>> Future for Answering<R> {
    type Output = Result<Response<R>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        mark::leave();
        let answer = ready!(Pin::new(&mut self.responding).poll(cx));
        Poll::Ready(Ok(response(answer, self.head)))
    }
}
