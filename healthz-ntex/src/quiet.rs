use std::{
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
};

use healthz_core::{
    Registry,
    adapter::{self, Aside},
};
use ntex::{
    Middleware, Service, ServiceCtx, SharedCfg, forward_poll, forward_ready, forward_shutdown,
    web::{HttpResponse, WebRequest, WebResponse},
};

/// Wraps a logging middleware so that it leaves no line for the registry's healthy probes, nor for
/// those that are told `Starting` or `Shutting down`.
///
/// Everything else is logged as by the middleware alone, the rest of the probes included, and their
/// times are true. It may be a [`Logger`](ntex::web::middleware::Logger) of any format, or any
/// other middleware that writes when it has the response: of a healthy probe it sees the request,
/// waits for the response, and is dropped.
///
/// ```
/// use healthz_core::Registry;
/// use ntex::web::{App, middleware::Logger};
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let app = App::new()
///     .service(healthz_ntex::routes(&registry))
///     .middleware(healthz_ntex::quiet(&registry, Logger::default()));
/// # Ok(())
/// # }
/// ```
///
/// Middleware that counts the requests in flight stands around `quiet` and not in it, or counts
/// down in a destructor: what comes after its `await` never runs for a healthy probe.
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

#[derive(Debug)]
enum Side {
    Inner(Rc<Aside<WebResponse>>, Registry),
    Outer(Rc<Aside<WebResponse>>),
}

impl<L, S> Middleware<S, SharedCfg> for Quiet<L>
where
    L: Middleware<Half<S>, SharedCfg>,
{
    type Service = Half<L::Service>;

    fn create(&self, service: S, config: SharedCfg) -> Self::Service {
        let aside = Rc::new(Aside::default());
        let inner = Half { service, side: Side::Inner(aside.clone(), self.registry.clone()) };
        Half { service: self.logger.create(inner, config), side: Side::Outer(aside) }
    }
}

impl<S, E> Service<WebRequest<E>> for Half<S>
where
    S: Service<WebRequest<E>, Response = WebResponse>,
{
    type Response = WebResponse;
    type Error = S::Error;

    forward_poll!(service);
    forward_ready!(service);
    forward_shutdown!(service);

    async fn call(
        &self,
        request: WebRequest<E>,
        ctx: ServiceCtx<'_, Self>,
    ) -> Result<WebResponse, S::Error> {
        let mut answer = pin!(ctx.call(&self.service, request));
        poll_fn(|cx| match &self.side {
            Side::Inner(aside, registry) => aside.inside(answer.as_mut().poll(cx), |answer| {
                let request = answer.request();
                is_quiet(answer.response())
                    && registry.may_be_probe(request.method().as_str(), request.path())
            }),
            Side::Outer(aside) => aside.outside(|| answer.as_mut().poll(cx)),
        })
        .await
    }
}
