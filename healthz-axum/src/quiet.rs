use std::{
    convert::Infallible,
    future::ready,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::{
    body::Body,
    extract::Request,
    http::{self, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use healthz_core::Registry;
use tower::{Layer, Service, ServiceExt, service_fn, util::BoxCloneSyncService};

/// Wraps a logging layer so that it never sees the registry's healthy probes.
///
/// Everything else is logged as by the layer alone, the rest of the probes included. It may be any layer
/// that logs, or a stack of them: [`TraceLayer`](https://docs.rs/tower-http) of tower-http 0.6 or 0.7,
/// [`from_fn`](axum::middleware::from_fn) of axum, `OtelAxumLayer` of axum-tracing-opentelemetry. It
/// should do nothing else, for a healthy probe goes past it.
///
/// A request that may be a probe's is answered first and then shown to the layer with its finished
/// response, because most layers begin a line or a span before the outcome is known. So the latency
/// that they write of an unhealthy probe is close to zero; the line that core logs when it turned
/// unhealthy has the true time. The latency of all other requests is true.
///
/// ```
/// use axum::Router;
/// use healthz_core::Registry;
/// use tower_http::trace::TraceLayer;
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let app: Router = Router::new()
///     .merge(healthz_axum::routes(&registry))
///     .layer(healthz_axum::quiet(&registry, TraceLayer::new_for_http()));
/// # Ok(())
/// # }
/// ```
pub fn quiet<L>(registry: &Registry, logger: L) -> Quiet<L> {
    Quiet { registry: registry.clone(), logger }
}

/// Tells whether a response is a healthy probe's answer, for logging middleware written by hand.
///
/// No other response is, whatever its path, status and header fields say.
pub fn is_quiet<B>(response: &http::Response<B>) -> bool {
    let values = response.headers().values().map(HeaderValue::as_bytes);
    healthz_core::adapter::is_quiet(response.status().as_u16(), values)
}

/// The layer that [`quiet`] makes.
#[derive(Debug, Clone)]
pub struct Quiet<L> {
    registry: Registry,
    logger: L,
}

/// The service of the layer [`Quiet`]: the logger around the application, and a way past the logger.
#[derive(Debug, Clone)]
pub struct QuietService<S, T, L> {
    logged: T,
    past: Arc<(S, Quiet<L>)>,
}

impl<S: Clone, L: Layer<S> + Clone> Layer<S> for Quiet<L> {
    type Service = QuietService<S, L::Service, L>;

    fn layer(&self, inner: S) -> Self::Service {
        let logged = self.logger.layer(inner.clone());
        QuietService { logged, past: Arc::new((inner, self.clone())) }
    }
}

impl<S, T, L> Service<Request> for QuietService<S, T, L>
where
    S: Service<Request, Response: IntoResponse, Error = Infallible, Future: Send>,
    S: Clone + Send + Sync + 'static,
    T: Service<Request, Response: IntoResponse, Error = Infallible, Future: Send + 'static>,
    L: Layer<Finished> + Send + Sync + 'static,
    L::Service: Service<Request, Response: IntoResponse, Error = Infallible, Future: Send> + Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.logged.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (method, path) = (request.method().as_str(), request.uri().path());
        if !self.past.1.registry.may_be_probe(method, path) {
            let response = self.logged.call(request);
            return Box::pin(async move { response.await.map(IntoResponse::into_response) });
        }
        let past = self.past.clone();
        Box::pin(async move {
            let (inner, quiet) = &*past;
            let (head, body) = request.into_parts();
            let shown = Request::from_parts(head.clone(), Body::empty());
            let Ok(response) = inner.clone().oneshot(Request::from_parts(head, body)).await;
            let response = response.into_response();
            if is_quiet(&response) {
                return Ok(response);
            }
            let logged = quiet.logger.layer(finished(response));
            logged.oneshot(shown).await.map(IntoResponse::into_response)
        })
    }
}

type Finished = BoxCloneSyncService<Request, Response, Infallible>;

/// A service that has its response already.
fn finished(response: Response) -> Finished {
    let response = Arc::new(Mutex::new(Some(response)));
    Finished::new(service_fn(move |_| {
        let response = response.lock().unwrap_or_else(PoisonError::into_inner).take();
        ready(Ok(response.unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())))
    }))
}
