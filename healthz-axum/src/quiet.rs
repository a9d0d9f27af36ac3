use axum::body::Body;
use healthz_core::Registry;

/// The layer that [`quiet`] makes.
pub type Quiet<L> = healthz_tower::Quiet<L, Body>;

/// Wraps a logging layer so that it never sees the registry's healthy probes, nor those that are
/// told `Starting` or `Shutting down`.
///
/// Everything else is logged as by the layer alone, the rest of the probes included. It may be any
/// layer that logs, or a stack of them: [`TraceLayer`](https://docs.rs/tower-http) of tower-http
/// 0.6 or 0.7, [`from_fn`](axum::middleware::from_fn) of axum, `OtelAxumLayer` of
/// axum-tracing-opentelemetry. It should do nothing else, because a healthy probe goes past it, and
/// it calls its service once.
///
/// ```
/// use axum::{Router, routing::get};
/// use healthz_core::Registry;
/// use tower_http::trace::TraceLayer;
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let trace = TraceLayer::new_for_http();
/// let health = healthz_axum::routes(&registry).layer(healthz_axum::quiet(&registry, trace.clone()));
/// let app: Router = Router::new().route("/", get(|| async { "hello" })).layer(trace).merge(health);
/// # Ok(())
/// # }
/// ```
///
/// # Around our routes, or around everything
///
/// Around our routes alone, as above, it is exact: the application's requests never meet it, and
/// ours leave what the layer alone leaves of them, or nothing.
///
/// Around a whole application it has to find out which requests are ours, and three things are then
/// not as without it, each for requests whose path and method may be a probe's, and for no other:
///
/// - What the application does in the first poll of such a request is outside the logger's span.
/// - A healthy probe that reaches the endpoints after that first poll is logged: behind middleware
///   that waits for something, or spawns a task.
/// - A healthy probe whose path is rewritten inside is logged, because nobody knew that it was one.
///
/// In both forms one thing of an unhealthy probe is not as without it: the latency that the logger
/// measures by itself is close to zero. Most loggers begin a line or a span before the outcome is
/// known, so it is shown to them with its finished response. The line that core writes when it
/// turned unhealthy has the true time.
///
/// # Panics
/// The service panics if the logger calls the service inside it twice.
pub fn quiet<L>(registry: &Registry, logger: L) -> Quiet<L> {
    Quiet::new(registry, logger)
}
