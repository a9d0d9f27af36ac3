use bytes::Bytes;
use healthz_core::Registry;
use healthz_testkit::{Mount, Server};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use tokio::{net::TcpListener, select};

fn serve(registry: &Registry, mount: Mount) -> Server {
    let routes = healthz_tower::routes(registry);
    Server::start(move |listener, stop| async move {
        let listener = TcpListener::from_std(listener)?;
        let accept = async {
            loop {
                let (stream, _) = listener.accept().await?;
                let routes = routes.clone();
                let service = service_fn(move |request: Request<Incoming>| {
                    let ours = nested(&request, mount).and_then(|inner| routes.answer(&inner));
                    async move {
                        match ours {
                            Some(answer) => answer.await,
                            None => Ok(application(request.method(), request.uri())),
                        }
                    }
                });
                tokio::spawn(async move {
                    let server = Builder::new(TokioExecutor::new());
                    // What a client does to its connection is no fault of the server's.
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        };
        select! {
            result = accept => result,
            () = stop.wanted() => Ok(()),
        }
    })
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
