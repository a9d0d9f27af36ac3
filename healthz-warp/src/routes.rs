use std::convert::Infallible;

use healthz_core::{Registry, adapter::Request};
use warp::{
    Filter, Rejection,
    filters::path::Peek,
    http::{HeaderMap, Method},
    reply::Response,
};

/// Serves everything below the registry's prefix.
///
/// Put it behind a path filter to serve it below another path. It rejects every other path as not
/// found, so `or` goes on with the application's filters.
pub fn routes(
    registry: &Registry,
) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static + use<> {
    let registry = registry.clone();
    let query = warp::query::raw().map(Some).or(warp::any().map(|| None)).unify();
    // The path comes first, so that every other request costs nothing but the look at it.
    ours(registry.clone())
        .and(warp::method())
        .and(query)
        .and(warp::header::headers_cloned())
        .then(move |path: Peek, method: Method, query: Option<String>, headers: HeaderMap| {
            let header = |name: &str| healthz_tower::field(&headers, name);
            let tail = registry.tail(path.as_str()).unwrap_or_default();
            let request = Request::new(method.as_str(), tail).path(path.as_str());
            let request = request.query(query.as_deref());
            healthz_tower::answering(&registry, request.headers(&header))
        })
        .map(|answer: Result<Response, Infallible>| answer.unwrap_or_else(|never| match never {}))
}

/// The path from here on, if it is the registry's.
fn ours(
    registry: Registry,
) -> impl Filter<Extract = (Peek,), Error = Rejection> + Clone + Send + Sync + 'static {
    warp::path::peek().and_then(move |path: Peek| {
        let is_ours = registry.tail(path.as_str()).is_some();
        async move { if is_ours { Ok(path) } else { Err(warp::reject::not_found()) } }
    })
}
