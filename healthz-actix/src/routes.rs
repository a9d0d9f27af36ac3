use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse,
    dev::HttpServiceFactory,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    web,
};
use healthz_core::{
    Registry,
    adapter::{Answer, HeaderSet, Request},
};

/// Serves everything below the registry's prefix.
///
/// Add it to the application or to a scope: the path it answers under is then the scope's path and the
/// prefix. All workers share the registry.
#[must_use]
pub fn routes(registry: &Registry) -> impl HttpServiceFactory + use<> {
    let prefix = registry.prefix().to_owned();
    let registry = registry.clone();
    web::scope(&prefix).default_service(web::to(move |request: HttpRequest| {
        let answer = registry.respond(Request::new(request.method().as_str(), tail(&request)));
        async move { response(answer.await) }
    }))
}

/// Takes what is below the prefix from the path as it was sent.
///
/// The router knows where it begins, but has decoded everything but the slashes; decoding that again
/// would read `%%34%31` as `A`. The slashes are as many before and after.
fn tail(request: &HttpRequest) -> &str {
    let slashes = request.match_info().unprocessed().matches('/').count();
    let path = request.uri().path();
    path.rmatch_indices('/').take(slashes).last().map_or("", |(at, _)| &path[at + 1..])
}

/// The header fields of all answers, made once for all requests.
static HEADERS: LazyLock<Vec<Vec<(HeaderName, HeaderValue)>>> = LazyLock::new(|| {
    let field =
        |&(name, value): &_| (HeaderName::from_static(name), HeaderValue::from_static(value));
    HeaderSet::all().map(|set| set.fields().iter().map(field).collect()).collect()
});

fn response(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.code());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for header in &HEADERS[answer.headers().index()] {
        response.insert_header(header.clone());
    }
    response.body(answer.into_body())
}
