use bytes::Bytes;
use healthz_core::Registry;
use healthz_serving::hyper::run;
use healthz_testkit::{Mount, Server};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use tower::service_fn;

fn serve(registry: &Registry, mount: Mount) -> Server {
    let routes = healthz_tower::routes(registry);
    run(service_fn(move |request: Request<Incoming>| {
        let ours = nested(&request, mount).and_then(|inner| routes.answer(&inner));
        async move {
            match ours {
                Some(answer) => answer.await,
                None => Ok(application(request.method(), request.uri())),
            }
        }
    }))
}

/// The request without the outer paths; `None` if it is not below them.
fn nested(request: &Request<Incoming>, mount: Mount) -> Option<Request<()>> {
    let mut path = request.uri().path();
    for segment in mount.segments() {
        path = path.strip_prefix('/')?.strip_prefix(segment)?;
    }
    if !path.starts_with('/') {
        return None;
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut inner = Request::new(());
    *inner.method_mut() = request.method().clone();
    *inner.uri_mut() = format!("{path}{query}").parse::<Uri>().ok()?;
    *inner.headers_mut() = request.headers().clone();
    Some(inner)
}

fn application(method: &Method, uri: &Uri) -> Response<Full<Bytes>> {
    let (status, body) = match (method, uri.path()) {
        (&Method::GET, "/hello" | "/healthzz") => (StatusCode::OK, "hello"),
        (_, "/hello" | "/healthzz") => (StatusCode::METHOD_NOT_ALLOWED, ""),
        _ => (StatusCode::NOT_FOUND, ""),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response
}

healthz_testkit::contract!(serve);
