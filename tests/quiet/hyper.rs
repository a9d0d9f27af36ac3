//! Plain hyper, with the layer of healthz-tower around one service.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use healthz_core::Registry;
use healthz_serving::hyper::run;
use healthz_testkit::Server;
use healthz_tower::Routes;
use http::{HeaderValue, Method, Request, Response, Uri, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Body, Frame, Incoming};
use tokio::time::sleep;
use tower::{BoxError, Layer, ServiceBuilder, ServiceExt, service_fn};
use tower_http::{
    compression::{CompressionLayer, predicate::SizeAbove},
    cors::CorsLayer,
    trace::TraceLayer,
};

use crate::{
    scenario::{Logger, scenario},
    site::{self, CHUNKS, SLOW, impostor},
};

type Page = Response<UnsyncBoxBody<Bytes, BoxError>>;

fn serve(registry: &Registry, logger: Logger) -> Server {
    let health = healthz_tower::routes(registry);
    let site = service_fn(move |request| site(health.clone(), request));
    let trace = TraceLayer::new_for_http();
    match logger {
        Logger::AsItIs => run(trace.layer(site)),
        Logger::Quiet => run(healthz_tower::quiet(registry, trace).layer(site)),
    }
}

scenario!(serve);

async fn site(health: Routes, request: Request<Incoming>) -> Result<Page, Infallible> {
    if let Some(answer) = health.answer::<_, Full<Bytes>>(&request) {
        return Ok(page(answer.await?));
    }
    let (outer, rest) = split(request.uri().path());
    let inner = nested(&request, rest);
    Ok(match outer {
        "admin" => page(health.oneshot(inner).await?),
        "dressed" => {
            let dressed = ServiceBuilder::new()
                .layer(CorsLayer::permissive())
                .map_response(site::dress)
                .layer(CompressionLayer::new().compress_when(SizeAbove::new(0)))
                .service(health);
            page(dressed.oneshot(inner).await?)
        }
        "locked" => text(401, "who are you?"),
        "turned" => {
            let mut response = health.oneshot(inner).await?;
            *response.status_mut() = site::turned(response.status().as_u16()).try_into().unwrap();
            page(response)
        }
        "impostor" => {
            let mut response = text(200, impostor::BODY);
            for (name, value) in impostor::HEADERS {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            response
        }
        // Over HTTP/2 nobody takes the body away for HEAD.
        "hello" if request.method() == Method::HEAD => text(200, ""),
        "hello" => text(200, "hello"),
        "broken" => text(500, ""),
        "slow" => {
            sleep(SLOW).await;
            text(200, "slow")
        }
        "stream" => stream(),
        _ => text(404, ""),
    })
}

/// The first segment of a path, and what follows it.
fn split(path: &str) -> (&str, &str) {
    let end = path[1..].find('/').map_or(path.len(), |end| end + 1);
    (&path[1..end], &path[end..])
}

/// The request below its first segment.
fn nested(request: &Request<Incoming>, rest: &str) -> Request<()> {
    let mut inner = Request::new(());
    *inner.method_mut() = request.method().clone();
    *inner.uri_mut() = rest.parse::<Uri>().unwrap_or_default();
    *inner.headers_mut() = request.headers().clone();
    inner
}

fn text(status: u16, text: &'static str) -> Page {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status.try_into().unwrap();
    page(response)
}

fn stream() -> Page {
    let frame = |chunk: &'static str| Ok::<_, Infallible>(Frame::data(Bytes::from(chunk)));
    let mut response = Response::new(StreamBody::new(stream::iter(CHUNKS.map(frame))));
    let length = HeaderValue::from(CHUNKS.concat().len());
    response.headers_mut().insert(CONTENT_LENGTH, length);
    page(response)
}

fn page<B>(response: Response<B>) -> Page
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    response.map(|body| body.map_err(Into::into).boxed_unsync())
}
