use axum::Router;

use crate::{call::SERVICE, service::HealthService};

/// Serves `grpc.health.v1.Health` from axum, on the port of everything else.
///
/// Takes a registry, or a [`HealthService`] that has names of its own. The server must speak
/// HTTP/2: `axum::serve` does with axum's feature `http2`.
///
/// ```
/// use axum::{Router, routing::get};
/// use healthz_core::Registry;
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().readiness("ready", []).build()?;
/// let app: Router = Router::new()
///     .route("/", get(|| async { "hello" }))
///     .merge(healthz_axum::routes(&registry))
///     .merge(healthz_grpc::routes(&registry));
/// # Ok(())
/// # }
/// ```
pub fn routes<S: Clone + Send + Sync + 'static>(health: impl Into<HealthService>) -> Router<S> {
    Router::new().route_service(&format!("/{SERVICE}/{{*method}}"), health.into())
}
