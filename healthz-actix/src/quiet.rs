use std::{
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
};
use healthz_core::{
    Registry,
    adapter::{self, Aside},
};
use pin_project_lite::pin_project;

/// Wraps a logging middleware so that it leaves no line for the registry's healthy probes, nor for
/// those that are told `Starting` or `Shutting down`.
///
/// Everything else is logged as by the middleware alone, the rest of the probes included, and their
/// times are true. It may be a [`Logger`](actix_web::middleware::Logger) of any format, or any
/// other middleware that writes when it has the response: of a healthy probe it sees the request,
/// waits for the response, and is dropped.
///
/// ```
/// use actix_web::{App, middleware::Logger};
/// use healthz_core::Registry;
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let app = App::new()
///     .service(healthz_actix::routes(&registry))
///     .wrap(healthz_actix::quiet(&registry, Logger::default()));
/// # Ok(())
/// # }
/// ```
///
/// Middleware that begins a span with the request has begun it before the outcome is known.
/// `TracingLogger` of tracing-actix-web writes no line of its own, but a healthy probe's span is
/// there, and closes without a status. A `RootSpanBuilder` that returns `Span::none()` for the
/// prefix leaves it out, together with those of failing probes; why they fail is in core's own log.
///
/// Middleware that counts the requests in flight stands around `quiet` and not in it, or counts
/// down in a destructor: what comes after its `await` never runs for a healthy probe. It cannot be
/// run, because then it would have a response to write of.
pub fn quiet<L>(registry: &Registry, logger: L) -> Quiet<L> {
    Quiet { registry: registry.clone(), logger }
}

/// Tells whether a response is a probe's that no log needs, for logging middleware written by hand.
///
/// It is a healthy endpoint's, or says `Starting` or `Shutting down`, of which core's log tells
/// once. No other response is, whatever its path, status and header fields say.
#[must_use]
pub fn is_quiet<B>(response: &HttpResponse<B>) -> bool {
    let values = response.headers().iter().map(|(_, value)| value.as_bytes());
    adapter::is_quiet(response.status().as_u16(), values)
}

/// The middleware that [`quiet`] makes.
#[derive(Debug)]
pub struct Quiet<L> {
    registry: Registry,
    logger: L,
}

/// A half of the middleware [`Quiet`], around the logger or between it and the application.
#[derive(Debug)]
pub struct Half<S> {
    service: S,
    side: Side,
}

#[derive(Debug, Clone)]
enum Side {
    Inner(Rc<Aside<ServiceResponse>>, Registry),
    Outer(Rc<Aside<ServiceResponse>>),
}

impl<L, S, B, C> Transform<S, ServiceRequest> for Quiet<L>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    L: Transform<Half<S>, ServiceRequest, Response = ServiceResponse<C>, Error = Error>,
    L::Future: 'static,
    B: MessageBody + 'static,
    C: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Half<L::Transform>;
    type InitError = L::InitError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Transform, L::InitError>>>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let aside = Rc::new(Aside::default());
        let inner = Half { service, side: Side::Inner(aside.clone(), self.registry.clone()) };
        let logger = self.logger.new_transform(inner);
        Box::pin(async move { Ok(Half { service: logger.await?, side: Side::Outer(aside) }) })
    }
}

impl<S, B> Service<ServiceRequest> for Half<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = HalfFuture<S::Future>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        HalfFuture { answer: self.service.call(request), side: self.side.clone() }
    }
}

pin_project! {
    /// The future of a [`Half`].
    #[derive(Debug)]
    pub struct HalfFuture<F> {
        #[pin]
        answer: F,
        side: Side,
    }
}

type Answer<B = BoxBody> = Result<ServiceResponse<B>, Error>;

impl<F, B> Future for HalfFuture<F>
where
    F: Future<Output = Answer<B>>,
    B: MessageBody + 'static,
{
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let this = self.project();
        let poll = || this.answer.poll(cx).map_ok(ServiceResponse::map_into_boxed_body);
        match this.side {
            Side::Inner(aside, registry) => aside.inside(poll(), |answer| {
                // The path is the one that the endpoints saw, whatever middleware in between made
                // of it.
                let request = answer.request();
                is_quiet(answer.response())
                    && registry.may_be_probe(request.method().as_str(), request.path())
            }),
            Side::Outer(aside) => aside.outside(poll),
        }
    }
}
