use std::sync::LazyLock;

use bytes::Bytes;
use healthz_core::adapter::{Answer, HeaderSet};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header::CONTENT_LENGTH};

/// The header fields of all answers, made once for all requests, `Content-Length` of the usual one
/// included: a map that is copied whole and then grows costs more than all the rest.
static PREPARED: LazyLock<Vec<HeaderMap>> = LazyLock::new(|| {
    // For ever, as the others: to copy a value that is not static counts references across threads.
    let length: &str = Answer::usual_length().to_string().leak();
    let field =
        |&(name, value): &_| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let length = || (CONTENT_LENGTH, HeaderValue::from_static(length));
    HeaderSet::all().map(|set| set.fields().iter().map(field).chain([length()]).collect()).collect()
});

/// The answer in the types of `http` 1. Its length is the one of GET; the body is left out for
/// HEAD, because hyper takes it away over HTTP/1 only.
pub(crate) fn response<B: From<Bytes>>(answer: Answer, head: bool) -> Response<B> {
    let mut headers = PREPARED[answer.headers().index()].clone();
    let length = answer.body().len();
    if length != Answer::usual_length() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let status = StatusCode::from_u16(answer.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = if head { Bytes::new() } else { answer.into_body() };
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
