//! The answers, as responses of HTTP.

use std::sync::LazyLock;

use bytes::Bytes;
use healthz_core::adapter::{HeaderSet, is_quiet};
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE},
};

use crate::{
    body::ResponseBody,
    call::Refusal,
    status::{Code, Failure},
    watch::Watch,
};

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");

/// The fields by which access logs know a healthy answer, but for its content type.
static SEALED: LazyLock<HeaderMap> = LazyLock::new(|| {
    let values = |set: &HeaderSet| set.fields().iter().map(|(_, value)| value.as_bytes());
    let healthy = HeaderSet::all().find(|set| is_quiet(200, values(set)));
    let fields = healthy.into_iter().flat_map(HeaderSet::fields);
    fields
        .filter(|(name, _)| ["cache-control", "x-content-type-options"].contains(name))
        .map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
});

/// One message. That of a healthy service leaves no line in a quiet access log.
pub(crate) fn message(message: Bytes, healthy: bool) -> Response<ResponseBody> {
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let mut response = grpc(ResponseBody::message(message, trailers));
    if healthy {
        response.headers_mut().extend(SEALED.clone());
    }
    response
}

/// A stream of messages.
pub(crate) fn watch(watch: Watch) -> Response<ResponseBody> {
    grpc(ResponseBody::watch(watch))
}

/// A failure that is known before there is any message: what would be trailers are header fields.
pub(crate) fn failure(failure: &Failure) -> Response<ResponseBody> {
    let mut response = grpc(ResponseBody::empty());
    response.headers_mut().extend(trailers(failure));
    response
}

/// A failure that ends a stream.
pub(crate) fn trailers(failure: &Failure) -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(2);
    trailers.insert("grpc-status", failure.grpc_status());
    trailers.insert("grpc-message", failure.grpc_message());
    trailers
}

pub(crate) fn refusal(refusal: &Refusal) -> Response<ResponseBody> {
    match refusal {
        Refusal::Grpc(failure) => self::failure(failure),
        Refusal::Encoding => {
            let unknown = Failure::new(Code::Unimplemented, "messages are taken uncompressed only");
            let mut response = failure(&unknown);
            let identity = HeaderValue::from_static("identity");
            response.headers_mut().insert("grpc-accept-encoding", identity);
            response
        }
        Refusal::Http(status, text) => {
            let mut response = Response::new(ResponseBody::text(text));
            *response.status_mut() =
                StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
            let plain = HeaderValue::from_static("text/plain; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, plain);
            if *status == 405 {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            }
            response
        }
    }
}

fn grpc(body: ResponseBody) -> Response<ResponseBody> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, GRPC);
    response
}
