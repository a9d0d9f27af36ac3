use std::sync::LazyLock;

use healthz_core::{
    Registry,
    adapter::{Answer, HeaderSet, Request},
};
use warp::{
    Filter, Rejection,
    filters::path::Peek,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::CONTENT_LENGTH},
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
            Ok::<_, Rejection>(response(&method, answer))
        }
    })
}

/// The header fields of all answers, made once for all requests.
static HEADERS: LazyLock<Vec<HeaderMap>> = LazyLock::new(|| {
    let field =
        |&(name, value): &_| (HeaderName::from_static(name), HeaderValue::from_static(value));
    HeaderSet::all().map(|set| set.fields().iter().map(field).collect()).collect()
});

fn response(method: &Method, answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.code());
    let mut headers = HEADERS[answer.headers().index()].clone();
    let mut body = answer.into_body();
    // Over HTTP/2 hyper would send it, and a client take the answer for a broken one.
    if method == Method::HEAD {
        headers.insert(CONTENT_LENGTH, body.len().into());
        body.clear();
    }
    let mut response = Response::new(body.into());
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}
