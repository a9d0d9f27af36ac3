//! What a user would write instead: the same bytes and headers, all of them constants.

use crate::state::PATH;

const BODY: &str = r#"{"status": 200, "title": "OK"}"#;

/// In axum.
#[cfg(feature = "frameworks")]
pub mod axum {
    use axum::{
        Router,
        body::Body,
        http::{
            HeaderName, HeaderValue,
            header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
        },
        routing::get,
    };

    use super::{BODY, PATH};

    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];

    /// Serves [`PATH`].
    pub fn routes() -> Router {
        Router::new().route(PATH, get(|| async { (HEADERS, Body::from(BODY)) }))
    }
}

/// In actix-web.
#[cfg(feature = "frameworks")]
pub mod actix {
    use actix_web::{
        HttpResponse, Resource,
        http::header::{
            CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
        },
        web,
    };

    use super::{BODY, PATH};

    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];

    /// Serves [`PATH`].
    #[must_use]
    pub fn routes() -> Resource {
        web::resource(PATH).route(web::get().to(|| async {
            let mut response = HttpResponse::Ok();
            for header in HEADERS {
                response.insert_header(header);
            }
            response.body(BODY)
        }))
    }
}

/// In warp.
#[cfg(feature = "frameworks")]
pub mod warp {
    use warp::{
        Filter, Rejection,
        http::{
            HeaderName, HeaderValue,
            header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
        },
        reply::Response,
    };

    use super::BODY;

    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];

    /// Serves [`PATH`](crate::state::PATH).
    #[must_use]
    pub fn routes()
    -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static {
        warp::path!("healthz" / "probe").and(warp::get()).map(|| {
            let mut response = Response::new(BODY.into());
            response.headers_mut().extend(HEADERS.map(|(name, value)| (name, value)));
            response
        })
    }
}

/// In plain hyper.
pub mod hyper {
    use bytes::Bytes;
    use http::{
        HeaderName, HeaderValue, Request, Response, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    };
    use http_body_util::Full;

    use super::{BODY, PATH};

    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];

    /// Serves [`PATH`].
    pub fn serve<B>(request: &Request<B>) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from_static(BODY.as_bytes())));
        if request.uri().path() == PATH {
            response.headers_mut().extend(HEADERS);
        } else {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        response
    }
}
