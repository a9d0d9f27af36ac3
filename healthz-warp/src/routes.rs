use std::sync::LazyLock;

use healthz_core::{
    Registry,
    adapter::{Answer, HeaderSet, Request},
};
use warp::{
    Filter, Rejection,
    filters::path::Peek,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
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
static HEADERS: LazyLock<Vec<HeaderMap>> = LazyLock::new(|| {
    let field =
        |&(name, value): &_| (HeaderName::from_static(name), HeaderValue::from_static(value));
    HeaderSet::all().map(|set| set.fields().iter().map(field).collect()).collect()
});

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.code());
    let headers = HEADERS[answer.headers().index()].clone();
    let mut response = Response::new(answer.into_body().into());
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}
