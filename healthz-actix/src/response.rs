use std::sync::LazyLock;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};
use healthz_core::adapter::{Answer, HeaderSet};

/// The header fields of all answers, made once for all requests.
static HEADERS: LazyLock<Vec<Vec<(HeaderName, HeaderValue)>>> = LazyLock::new(|| {
    let field =
        |&(name, value): &_| (HeaderName::from_static(name), HeaderValue::from_static(value));
    HeaderSet::all().map(|set| set.fields().iter().map(field).collect()).collect()
});

/// The answer in actix-web's types; its server leaves the body out for HEAD.
pub(crate) fn response(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.code());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let fields = &HEADERS[answer.headers().index()];
    let mut response = HttpResponse::with_body(status, answer.into_body());
    for (name, value) in fields {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response.map_into_boxed_body()
}
