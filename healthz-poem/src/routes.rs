use healthz_core::{Registry, adapter};
use poem::{Body, Endpoint, Request, Response, Result, Route};

use crate::response::response;

/// Serves everything below the registry's prefix.
///
/// Add the application's own routes to it, or nest it: the path it answers under is then the outer
/// path and the prefix. Middleware that is put around it afterwards applies to it as to every other
/// route.
///
/// Each endpoint is a route, so that whoever asks for the [`PathPattern`](poem::PathPattern) gets
/// one of a few.
#[must_use]
pub fn routes(registry: &Registry) -> Route {
    let below = registry.wildcard().into_iter();
    let below = below.flat_map(|prefix| [prefix.to_owned(), format!("{prefix}/*tail")]);
    let paths = registry.literal_paths().chain(below);
    paths.fold(Route::new(), |route, path| route.at(path, Health(registry.clone())))
}

struct Health(Registry);

impl Endpoint for Health {
    type Output = Response;

    fn call(&self, request: Request) -> impl Future<Output = Result<Response>> + Send {
        let header = |name: &str| healthz_tower::field(request.headers(), name);
        let path = request.uri().path();
        let tail = self.0.tail(&path[1..]).unwrap_or_default();
        let asked = adapter::Request::new(request.method().as_str(), tail);
        let asked = asked.path(path).query(request.uri().query());
        let answer = healthz_tower::answering::<Body>(&self.0, asked.headers(&header));
        async move {
            let Ok(answer) = answer.await;
            Ok(response(answer))
        }
    }
}
