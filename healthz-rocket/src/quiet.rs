use healthz_core::{Registry, adapter};
use rocket::{
    Build, Data, Orbit, Request, Response, Rocket,
    fairing::{self, Fairing, Info},
};

/// Wraps a fairing that logs so that it is not told of responses to the registry's healthy probes,
/// nor of those that say `Starting` or `Shutting down`.
///
/// Everything else is logged as by the fairing alone, the rest of the probes included, and their
/// times are true. It is told of every request: what it writes in `on_request` it writes of probes,
/// too.
///
/// ```
/// use healthz_core::Registry;
/// use rocket::{Build, Rocket, fairing::AdHoc};
///
/// fn rocket(registry: &Registry) -> Rocket<Build> {
///     let log = AdHoc::on_response("access log", |request, response| {
///         Box::pin(async move {
///             eprintln!("{} {} {}", request.method(), request.uri(), response.status());
///         })
///     });
///     rocket::build()
///         .mount("/", healthz_rocket::routes(registry))
///         .attach(healthz_rocket::quiet(registry, log))
/// }
/// # let _ = rocket(&Registry::builder().liveness("live", []).build()?);
/// # Ok::<(), healthz_core::RegistryError>(())
/// ```
///
/// # Rocket's own lines
///
/// Rocket writes `GET /healthz/live:` and up to three further lines for every request, the first of
/// them before it looks for a route, so no library can take them back; and its `Shield` warns of
/// every answer that has set `X-Content-Type-Options` by itself, as ours have. Leave both out in
/// the logger, and write the access log in a fairing. In the filter of `env_logger` or of tracing
/// this is
///
/// ```text
/// info,rocket::server=warn,rocket::shield=error
/// ```
pub fn quiet<F>(registry: &Registry, logger: F) -> Quiet<F> {
    Quiet { registry: registry.clone(), logger }
}

/// Tells whether a response is a probe's that no log needs, for fairings of one's own.
///
/// It is a healthy endpoint's, or says `Starting` or `Shutting down`, of which core's log tells
/// once. No other response is, whatever its path, status and header fields say.
#[must_use]
pub fn is_quiet(response: &Response<'_>) -> bool {
    // A value of ours is a static text, which Rocket gives on as it is.
    let values: Vec<_> = response.headers().iter().map(|header| header.value).collect();
    adapter::is_quiet(response.status().code, values.iter().map(|value| value.as_bytes()))
}

/// The fairing that [`quiet`] makes.
#[derive(Debug)]
pub struct Quiet<F> {
    registry: Registry,
    logger: F,
}

#[rocket::async_trait]
impl<F: Fairing> Fairing for Quiet<F> {
    fn info(&self) -> Info {
        self.logger.info()
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        self.logger.on_ignite(rocket).await
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        self.logger.on_liftoff(rocket).await;
    }

    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        self.logger.on_request(request, data).await;
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let (method, path) = (request.method().as_str(), request.uri().path().as_str());
        if !(is_quiet(response) && self.registry.may_be_probe(method, path)) {
            self.logger.on_response(request, response).await;
        }
    }

    async fn on_shutdown(&self, rocket: &Rocket<Orbit>) {
        self.logger.on_shutdown(rocket).await;
    }
}
