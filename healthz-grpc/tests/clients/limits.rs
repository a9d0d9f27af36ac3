use std::{
    future::{pending, poll_fn},
    io,
    time::Duration,
};

use axum::{body::Body, http::Request};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use healthz_core::{Endpoint, HealthError, Registry, check_fn};
use healthz_grpc::{HealthService, ResponseBody, service};
use http_body_util::{BodyExt, Full};
use tokio::time::{Instant, timeout};
use tonic_014::Code;
use tower_service::Service;

use crate::support::{Host, LIMIT, Switch, builder, named};

const WATCH: &str = "/grpc.health.v1.Health/Watch";

fn request(path: &str, message: &[u8]) -> Request<Full<Bytes>> {
    let mut frame = vec![0, 0, 0, 0, u8::try_from(message.len()).unwrap()];
    frame.extend_from_slice(message);
    Request::post(path)
        .version(axum::http::Version::HTTP_2)
        .header("content-type", "application/grpc")
        .body(Full::from(frame))
        .unwrap()
}

async fn watch(service: &mut HealthService) -> Result<ResponseBody, String> {
    let response = service.call(request(WATCH, b"\x0a\x05ready")).await.unwrap();
    match response.headers().get("grpc-status") {
        Some(status) => Err(status.to_str().unwrap().to_owned()),
        None => Ok(response.into_body()),
    }
}

/// The serving status of the next message; `None` if there is none yet.
async fn next(body: &mut ResponseBody) -> Option<u8> {
    // A look is done after a few polls, if there is anything to see.
    for _ in 0..10 {
        let frame = poll_fn(|cx| {
            std::task::Poll::Ready(match std::pin::pin!(body.frame()).as_mut().poll(cx) {
                std::task::Poll::Ready(frame) => Some(frame.unwrap().unwrap()),
                std::task::Poll::Pending => None,
            })
        });
        if let Some(frame) = frame.await {
            let data = frame.into_data().unwrap();
            assert_eq!(data[..6], [0, 0, 0, 0, 2, 8]);
            return Some(data[6]);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test]
async fn a_watcher_that_does_not_read_is_told_the_newest_state_alone() {
    let switch = Switch::new();
    let registry = builder(&switch).build().unwrap();
    let mut body = watch(&mut service(&registry)).await.unwrap();
    assert_eq!(next(&mut body).await, Some(1));
    for flip in 0..999 {
        switch.turn(&registry, flip % 2 == 1).await;
    }
    assert_eq!(next(&mut body).await, Some(2));
    assert_eq!(next(&mut body).await, None);
    for flip in 0..1000 {
        switch.turn(&registry, flip % 2 == 0).await;
    }
    assert_eq!(next(&mut body).await, None, "it is as it was");
}

#[tokio::test]
async fn a_thousand_streams_are_the_most_in_all() {
    let registry = builder(&Switch::new()).build().unwrap();
    let mut service = service(&registry);
    let mut streams = Vec::new();
    for _ in 0..1000 {
        streams.push(watch(&mut service).await.unwrap());
    }
    assert_eq!(watch(&mut service).await.unwrap_err(), "8");
    streams.pop();
    assert!(watch(&mut service).await.is_ok(), "a stream that ends makes room");
}

#[tokio::test]
async fn a_hundred_streams_are_the_most_of_one_connection() {
    let registry = builder(&Switch::new()).build().unwrap();
    let server = Host::Own.serve(&registry).await;
    let (mut client, mut other) = (server.client().await, server.client().await);
    let mut streams = Vec::new();
    for _ in 0..100 {
        streams.push(client.watch(named("ready")).await.unwrap());
    }
    let full = client.watch(named("ready")).await.expect_err("one too many");
    assert_eq!(full.code(), Code::ResourceExhausted);
    assert!(client.check(named("ready")).await.is_ok(), "Check has room");
    assert!(other.watch(named("ready")).await.is_ok(), "so has another connection");
}

#[tokio::test]
async fn list_tells_of_a_hundred_services_and_runs_nothing() {
    let list = |registry: &Registry| {
        let call = service(registry).call(request("/grpc.health.v1.Health/List", b""));
        async move { call.await.unwrap() }
    };
    let hundred = |count| {
        (1..count).fold(Registry::builder(), |builder, i| builder.liveness(format!("e{i}"), []))
    };
    let many = list(&hundred(101).build().unwrap()).await;
    assert_eq!(many.headers()["grpc-status"], "8");
    let body = list(&hundred(100).build().unwrap()).await.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap()["grpc-status"], "0");

    let asked = check_fn(|| async { panic!("List asked a check") });
    let registry = Registry::builder().check("db", asked).readiness("ready", ["db"]).build();
    let body = list(&registry.unwrap()).await.into_body().collect().await.unwrap().to_bytes();
    // Two entries, each a name and an empty message, which is UNKNOWN.
    assert_eq!(&body[5..], b"\x0a\x04\x0a\x00\x12\x00\x0a\x09\x0a\x05ready\x12\x00");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_the_client_ends_a_call_and_a_stream() {
    let hangs = check_fn(pending::<Result<(), HealthError>>);
    let registry = Registry::builder()
        .check("db", hangs)
        .endpoint("slow", Endpoint::from(["db"]).budget(Duration::from_secs(30)))
        .liveness("live", [])
        .build()
        .unwrap();
    let call = |path: &str, message: &[u8]| {
        let mut request = request(path, message);
        request.headers_mut().insert("grpc-timeout", "250m".parse().unwrap());
        let call = service(&registry).call(request);
        async move { call.await.unwrap() }
    };
    let begin = Instant::now();
    let late = call("/grpc.health.v1.Health/Check", b"\x0a\x04slow").await;
    assert_eq!((&late.headers()["grpc-status"], ms(begin)), (&"4".parse().unwrap(), 250));
    let begin = Instant::now();
    let stream = call(WATCH, b"\x0a\x04live").await.into_body().collect().await.unwrap();
    assert_eq!(
        (&stream.trailers().unwrap()["grpc-status"], ms(begin)),
        (&"4".parse().unwrap(), 250)
    );
    assert_eq!(stream.to_bytes(), &b"\0\0\0\0\x02\x08\x01"[..]);
}

/// Timers of tokio are as fine as a millisecond.
fn ms(begin: Instant) -> u128 {
    begin.elapsed().as_millis() / 10 * 10
}

/// Asks with a body that holds these bytes and then goes on like this; returns the answer's status
/// and after how many seconds it came.
async fn broken(
    bytes: &'static [u8],
    rest: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> (String, u64) {
    let registry = builder(&Switch::new()).build().unwrap();
    tokio::time::pause();
    let body = Body::from_stream(stream::iter([Ok(Bytes::from_static(bytes))]).chain(rest));
    let (head, _) = request(WATCH, b"").into_parts();
    let begin = Instant::now();
    let answer = service(&registry).call(Request::from_parts(head, body));
    let response = timeout(LIMIT, answer).await.expect("no answer").unwrap();
    (response.headers()["grpc-status"].to_str().unwrap().to_owned(), begin.elapsed().as_secs())
}

#[tokio::test]
async fn a_request_that_does_not_end_is_answered_after_five_seconds() {
    assert_eq!(broken(b"\0\0\0", stream::pending()).await, ("4".to_owned(), 5));
}

#[tokio::test]
async fn a_message_that_announces_too_much_is_refused_before_it_comes() {
    assert_eq!(broken(b"\0\0\0\x10\x01", stream::pending()).await, ("8".to_owned(), 0));
}

#[tokio::test]
async fn a_request_that_breaks_off_is_no_whole_one() {
    let reset = stream::iter([Err(io::ErrorKind::ConnectionReset.into())]);
    assert_eq!(broken(b"\0\0\0\0\0", reset).await, ("13".to_owned(), 0));
}
