use std::{
    collections::BTreeSet,
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use healthz_core::{Registry, config::Switch};
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::{
    body::ResponseBody,
    call::{self, Call, Rpc},
    frame, known,
    message::{self, ServingStatus},
    names::{Endpoints, Names, ServiceError},
    reply,
    slots::Slots,
    status::{Code, Failure},
    watch::Watch,
};

/// The most services that List tells of, by its protocol.
const MOST_LISTED: usize = 100;

/// The most characters of a name that are said back.
const SAID_BACK: usize = 100;

/// Makes the service `grpc.health.v1.Health` of a registry.
///
/// ```
/// use healthz_core::Registry;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::builder().liveness("live", []).readiness("ready", []).build()?;
/// let service = healthz_grpc::service(&registry).service("my.pkg.Orders", "ready")?;
/// assert!(service.services().eq(["", "live", "my.pkg.Orders", "ready"]));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn service(registry: &Registry) -> HealthService {
    HealthService {
        registry: registry.clone(),
        names: Names::new(registry),
        slots: Slots::new(),
        told: Arc::default(),
    }
}

/// The service that [`service`] makes: a `tower::Service` over the types of `http` 1.
///
/// Cheap to clone, always ready, and it never fails. All clones share the bound of Watch's streams.
#[derive(Clone)]
pub struct HealthService {
    registry: Registry,
    names: Names,
    slots: Slots,
    /// It was said which checks a watcher cannot see turn by themselves.
    told: Arc<AtomicBool>,
}

impl HealthService {
    /// Adds a name under which an endpoint can be asked, such as that of a gRPC service.
    ///
    /// The name `""`, the service as a whole, may be given another endpoint, too.
    ///
    /// # Errors
    /// If there is no such endpoint, and if an endpoint or another service has the name.
    pub fn service(mut self, name: &str, endpoint: &str) -> Result<Self, ServiceError> {
        self.names.add(name, endpoint)?;
        Ok(self)
    }

    /// Returns the names that can be asked, in their order; the first is `""`, the service as a
    /// whole.
    #[must_use]
    pub fn services(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|(name, _)| &**name)
    }

    #[cfg(feature = "serve")]
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The same service for a connection of its own.
    #[cfg(feature = "serve")]
    pub(crate) fn of_connection(&self) -> Self {
        Self { slots: self.slots.of_connection(), ..self.clone() }
    }

    async fn answer<B: Body>(self, request: Request<B>) -> Response<ResponseBody> {
        let (head, body) = request.into_parts();
        let call = match Call::read(&head) {
            Ok(call) => call,
            Err(refusal) => return reply::refusal(&refusal),
        };
        let answering = async {
            let body = call::read(body).await?;
            let message = frame::decode(&body)?;
            match call.rpc {
                Rpc::Check => self.check(&message::decode_service(message)?).await,
                Rpc::List => {
                    message::decode_empty(message)?;
                    self.list()
                }
                Rpc::Watch => self.watch(&message::decode_service(message)?, call),
            }
        };
        call.within(answering).await.unwrap_or_else(|failure| reply::failure(&failure))
    }

    async fn check(&self, service: &str) -> Result<Response<ResponseBody>, Failure> {
        let Some(endpoints) = self.names.find(service) else {
            let name: String = service.chars().take(SAID_BACK).collect();
            let unknown = format!("no service or endpoint is called `{name}`");
            return Err(Failure::new(Code::NotFound, unknown));
        };
        let serving = known::ask(&self.registry, endpoints).await;
        Ok(reply::message(message::encode_response(serving), serving == ServingStatus::Serving))
    }

    fn list(&self) -> Result<Response<ResponseBody>, Failure> {
        if self.names.iter().len() > MOST_LISTED {
            let many = format!("there are more than {MOST_LISTED} services");
            return Err(Failure::new(Code::ResourceExhausted, many));
        }
        let known = self.registry.known();
        let services =
            self.names.iter().map(|(name, endpoints)| (&**name, known::look(&known, endpoints)));
        Ok(reply::message(message::encode_list(services), false))
    }

    fn watch(&self, service: &str, call: Call) -> Result<Response<ResponseBody>, Failure> {
        let slot = self.slots.take()?;
        let endpoints = self.names.find(service).cloned();
        if let Some(endpoints) = &endpoints {
            self.tell_of_unwatched(endpoints);
        }
        Ok(reply::watch(Watch::new(self.registry.clone(), endpoints, call.deadline, slot)))
    }

    /// A check without an interval runs when somebody asks, and a watcher asks once.
    fn tell_of_unwatched(&self, endpoints: &Endpoints) {
        let config = self.registry.to_config();
        let named = endpoints.iter().filter_map(|name| config.endpoints.get(&**name));
        let checks = named.flat_map(|endpoint| endpoint.checks.iter().flatten());
        let is_asked = |check: &&String| {
            let every = config.checks.get(*check).and_then(|check| check.every);
            every.and_then(Switch::duration).is_none()
        };
        let checks: BTreeSet<_> = checks.filter(is_asked).collect();
        if !checks.is_empty() && !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "healthz",
                ?checks,
                "a client watches checks that run only when they are asked, so it learns of a change \
                 only when somebody probes; give them an interval with `.every(..)`"
            );
        }
    }
}

impl From<&Registry> for HealthService {
    fn from(registry: &Registry) -> Self {
        service(registry)
    }
}

impl<B> Service<Request<B>> for HealthService
where
    B: Body<Data: Send, Error: Send> + Send + 'static,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let answer = self.clone().answer(request);
        ResponseFuture(Box::pin(answer))
    }
}

impl fmt::Debug for HealthService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthService").field("names", &self.names).finish_non_exhaustive()
    }
}

/// The future of [`HealthService`].
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Response<ResponseBody>> + Send>>);

impl Future for ResponseFuture {
    type Output = Result<Response<ResponseBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
