//! The same request through several adapters.

use std::{cell::OnceCell, fmt::Debug};

use bytes::Bytes;
use healthz_core::{HealthError, Registry, adapter};
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Empty, Full};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// Status, header fields and body.
type Sent = (u16, Vec<(String, Vec<u8>)>, Vec<u8>);

/// Each of these adapters sends what core answers: the same status, fields and bytes.
///
/// The first line of the input is the method, the second the path below the prefix and the query as
/// they are sent; each further line is a header field, `name: value`. What `http` takes for no
/// request at all reaches no adapter, and is left out.
pub fn adapters(input: &[u8]) {
    thread_local! {
        static PLACE: OnceCell<(Runtime, Registry)> = const { OnceCell::new() };
    }
    let Some(request) = request(input) else { return };
    PLACE.with(|place| {
        let (runtime, registry) = place.get_or_init(place_of_checks);
        runtime.block_on(async {
            let expected = core(registry, &request).await;
            for (adapter, sent) in [
                ("tower", Some(tower(registry, clone(&request)).await)),
                ("axum", Some(axum(registry, clone(&request)).await)),
                ("warp", Some(warp(registry, clone(&request)).await)),
                ("actix", actix(registry, &request).await),
                ("poem", Some(poem(registry, &request).await)),
            ] {
                let Some(sent) = sent else { continue };
                assert!(lasting(sent) == lasting(expected.clone()), "{adapter}: {request:?}");
            }
        });
    });
}

/// What does not change from one answer to the next: the plain document is the same to the byte,
/// other views tell times.
fn lasting((status, mut fields, body): Sent) -> Sent {
    if body.starts_with(b"{\"status\"") && !body.contains(&b'[') {
        return (status, fields, body);
    }
    fields.retain(|(name, _)| name != "content-length");
    (status, fields, Vec::new())
}

fn place_of_checks() -> (Runtime, Registry) {
    let runtime = Builder::new_current_thread().enable_all().build();
    let down = || Err(HealthError::new("caf\u{e9} <b> is down"));
    let registry = Registry::builder()
        .check("a/b", down)
        .liveness("live", [])
        .readiness("ready", ["a/b"])
        .endpoint("<down>", ["a/b"])
        .build();
    match (runtime, registry) {
        (Ok(runtime), Ok(registry)) => (runtime, registry),
        (runtime, registry) => panic!("{:?}, {:?}", runtime.err(), registry.err()),
    }
}

fn request(input: &[u8]) -> Option<Request<()>> {
    let mut lines = input.split(|byte| *byte == b'\n');
    let method = Method::from_bytes(lines.next()?).ok()?;
    let path = [b"/healthz/", lines.next()?].concat();
    let mut request = Request::builder().method(method).uri(path);
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        request = request.header(&line[..colon], line[colon + 1..].trim_ascii());
    }
    // A fragment is no part of what is sent.
    let request = request.body(()).ok()?;
    (!input.contains(&b'#')).then_some(request)
}

fn clone(request: &Request<()>) -> Request<Empty<Bytes>> {
    let (parts, ()) = request.clone().into_parts();
    Request::from_parts(parts, Empty::new())
}

async fn core(registry: &Registry, request: &Request<()>) -> Sent {
    let path = request.uri().path();
    let Some(tail) = registry.tail(&path[1..]) else { panic!("`{path}` is below the prefix") };
    let field = |name: &str| request.headers().get(name).map(http::HeaderValue::as_bytes);
    let asked = adapter::Request::new(request.method().as_str(), tail)
        .path(path)
        .query(request.uri().query())
        .headers(&field);
    let answer = registry.respond(asked).await;
    let fields = answer.headers().fields().iter();
    let fields = fields.map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
    let length = answer.body().len().to_string().into_bytes();
    let mut fields: Vec<_> = fields.chain([("content-length".to_owned(), length)]).collect();
    fields.sort();
    let is_head = request.method() == Method::HEAD;
    let body = if is_head { Vec::new() } else { answer.body().to_vec() };
    (answer.code(), fields, body)
}

async fn tower(registry: &Registry, request: Request<Empty<Bytes>>) -> Sent {
    let response = healthz_tower::routes(registry).oneshot(request).await;
    sent(response.unwrap_or_else(|never| match never {})).await
}

async fn axum(registry: &Registry, request: Request<Empty<Bytes>>) -> Sent {
    let routes: axum::Router = healthz_axum::routes(registry);
    let response = routes.oneshot(request.map(axum::body::Body::new)).await;
    sent(response.unwrap_or_else(|never| match never {})).await
}

async fn warp(registry: &Registry, request: Request<Empty<Bytes>>) -> Sent {
    let response = warp::service(healthz_warp::routes(registry)).oneshot(request).await;
    sent(response.unwrap_or_else(|never| match never {})).await
}

/// Through types of an older `http`, in which some names are no method, and some texts no URI.
async fn actix(registry: &Registry, request: &Request<()>) -> Option<Sent> {
    let method = request.method().as_str().parse().ok()?;
    let app = actix_web::App::new().service(healthz_actix::routes(registry));
    let app = actix_web::test::init_service(app).await;
    let uri = request.uri().to_string();
    uri.parse::<actix_web::http::Uri>().ok()?;
    let mut asked = actix_web::test::TestRequest::with_uri(&uri).method(method);
    for (name, value) in request.headers() {
        asked = asked.append_header((name.as_str(), value.as_bytes()));
    }
    let response = actix_web::test::call_service(&app, asked.to_request()).await;
    let mut converted = Response::builder().status(response.status().as_u16());
    for (name, value) in response.headers() {
        converted = converted.header(name.as_str(), value.as_bytes());
    }
    // Its server writes the length, and leaves the body out for HEAD.
    let mut body = actix_web::test::read_body(response).await;
    converted = converted.header("content-length", body.len());
    if request.method() == Method::HEAD {
        body.clear();
    }
    match converted.body(Full::new(body)) {
        Ok(response) => Some(sent(response).await),
        Err(error) => panic!("{error}"),
    }
}

async fn poem(registry: &Registry, request: &Request<()>) -> Sent {
    let mut asked = poem::Request::builder()
        .method(request.method().clone())
        .uri(request.uri().clone())
        .finish();
    asked.headers_mut().clone_from(request.headers());
    let response = poem::Endpoint::get_response(&healthz_poem::routes(registry), asked).await;
    sent(response.into()).await
}

/// With the length that a server writes, if the response leaves that to it.
async fn sent<B>(response: Response<B>) -> Sent
where
    B: Body<Error: Debug>,
{
    let (parts, body) = response.into_parts();
    let length = body.size_hint().exact();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes().to_vec(),
        Err(error) => panic!("{error:?}"),
    };
    let fields = parts.headers.iter();
    let mut fields: Vec<_> =
        fields.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    if let (Some(length), false) = (length, parts.headers.contains_key("content-length")) {
        fields.push(("content-length".to_owned(), length.to_string().into_bytes()));
    }
    fields.sort();
    (parts.status.as_u16(), fields, body)
}
