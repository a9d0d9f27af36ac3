use std::sync::LazyLock;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response,
    routing::any,
};
use healthz_core::{
    Registry,
    adapter::{Answer, HeaderSet},
};

/// Serves everything below the registry's prefix.
///
/// Merge it into the application, or nest it: the path it answers under is then the outer path and the
/// prefix. Layers that are added to the application afterwards apply to it as to every other route.
pub fn routes<S: Clone + Send + Sync + 'static>(registry: &Registry) -> Router<S> {
    let prefix = registry.prefix();
    let others = [prefix.to_owned(), format!("{prefix}/"), format!("{prefix}/{{*tail}}")];
    let paths = registry.literal_paths().chain(others);
    let registry = registry.clone();
    let handler = move |request: Request| {
        let tail = request.uri().path().get(registry.prefix().len() + 1..).unwrap_or_default();
        let answer =
            registry.respond(healthz_core::adapter::Request::new(request.method().as_str(), tail));
        async move { response(answer.await) }
    };
    // What serves `any` is made anew for every request.
    let endpoint = any(handler.clone()).get(handler);
    paths.fold(Router::new(), |router, path| router.route(&path, endpoint.clone()))
}

/// The header fields of all answers, made once for all requests.
static HEADERS: LazyLock<Vec<Vec<(HeaderName, HeaderValue)>>> = LazyLock::new(|| {
    let field =
        |&(name, value): &_| (HeaderName::from_static(name), HeaderValue::from_static(value));
    HeaderSet::all().map(|set| set.fields().iter().map(field).collect()).collect()
});

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.code());
    let headers = &HEADERS[answer.headers().index()];
    let mut response = Response::new(Body::from(answer.into_body()));
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}
