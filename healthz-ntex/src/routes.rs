use healthz_core::{Registry, adapter};
use ntex::{
    http::header::HeaderValue,
    service::fn_service,
    web::{self, ErrorRenderer, WebRequest, WebResponse, WebServiceFactory, dev::WebServiceConfig},
};

use crate::response::response;

/// Serves everything below the registry's prefix.
///
/// Add it to the application or to a scope: the path it answers under is then the scope's path and
/// the prefix. All workers share the registry.
#[must_use]
pub fn routes(registry: &Registry) -> Routes {
    // Each worker makes the application on its own thread, in a runtime of its own.
    registry.watch_here();
    Routes(registry.clone())
}

/// The service that [`routes`] makes.
#[derive(Debug)]
pub struct Routes(Registry);

impl<Err: ErrorRenderer> WebServiceFactory<Err> for Routes {
    fn register(self, config: &mut WebServiceConfig<Err>) {
        let registry = &self.0;
        for path in registry.literal_paths() {
            let tail = registry.tail(&path[1..]).unwrap_or_default().to_owned();
            let endpoint = fn_service(endpoint(registry, Some(tail)));
            web::service(path).finish(endpoint).register(config);
        }
        if let Some(prefix) = registry.wildcard() {
            let endpoint = fn_service(endpoint(registry, None));
            web::scope(prefix).default_service(endpoint).register(config);
        }
    }
}

/// Answers with this tail, or the rest of the path in a scope, which is as it was sent.
fn endpoint<Err: ErrorRenderer>(
    registry: &Registry,
    tail: Option<String>,
) -> impl AsyncFn(WebRequest<Err>) -> Result<WebResponse, Err::Container> + Clone + use<Err> {
    let registry = registry.clone();
    async move |request: WebRequest<Err>| {
        let header = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
        let rest = request.match_info().path();
        let tail = tail.as_deref().unwrap_or(rest.strip_prefix('/').unwrap_or(rest));
        let asked = adapter::Request::new(request.method().as_str(), tail);
        let asked = asked.path(request.uri().path()).query(request.uri().query());
        let answer = registry.respond(asked.headers(&header)).await;
        Ok(request.into_response(response(&answer)))
    }
}
