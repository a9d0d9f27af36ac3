use poem::{Body, Response, ResponseParts, http};

/// A response of `http` in poem's type. Its header values stay where they are in memory, as the
/// seal asks.
pub(crate) fn response(response: http::Response<Body>) -> Response {
    let (http::response::Parts { status, version, headers, extensions, .. }, body) =
        response.into_parts();
    Response::from_parts(ResponseParts { status, version, headers, extensions }, body)
}
