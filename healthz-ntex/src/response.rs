use healthz_core::adapter::Answer;
use ntex::{
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    util::Bytes,
    web::HttpResponse,
};

/// The answer in ntex's types; its server leaves the body out for HEAD.
pub(crate) fn response(answer: &Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.code());
    let mut response = HttpResponse::new(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for &(name, value) in answer.headers().fields() {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        response.headers_mut().insert(name, value);
    }
    response.set_body(Bytes::copy_from_slice(answer.body()).into())
}
