use std::sync::LazyLock;

use healthz_core::{Answer, HeaderField, Registry, Request};
use warp::{
    Filter, Rejection,
    filters::path::Peek,
    http::{HeaderName, HeaderValue, Method, StatusCode},
    reply::Response,
};

use crate::quiet;

/// Serves everything below the registry's prefix.
///
/// Combine it with `or`, or put `warp::path(..).and(..)` in front of it: the path it answers under is
/// then the outer path and the prefix.
#[must_use]
pub fn routes(
    registry: &Registry,
) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static + use<> {
    let registry = registry.clone();
    warp::path::peek().and(warp::method()).and_then(move |path: Peek, method: Method| {
        let tail = registry.tail(path.as_str()).ok_or_else(warp::reject::not_found);
        let answer = tail.map(|tail| registry.respond(Request::new(method.as_str(), tail)));
        async move {
            let answer = answer?.await;
            if answer.is_healthy() {
                quiet::note(path);
            }
            Ok::<_, Rejection>(response(answer))
        }
    })
}

/// The header fields of all answers, made once for all requests.
static FIELDS: LazyLock<Vec<(HeaderName, HeaderValue)>> = LazyLock::new(|| {
    let name = |field: HeaderField| HeaderName::from_static(field.name());
    HeaderField::all().map(|field| (name(field), HeaderValue::from_static(field.value()))).collect()
});

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status());
    let headers = answer.headers();
    let mut response = Response::new(answer.into_body().into());
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for field in headers {
        let (name, value) = FIELDS[field.index()].clone();
        response.headers_mut().insert(name, value);
    }
    response
}
