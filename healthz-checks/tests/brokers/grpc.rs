use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::HeaderMap,
    response::Response,
};
use healthz_checks::ping;
use healthz_test_support::{ask, free_port};
use http_body_util::{BodyExt, Full};
use tokio::net::TcpListener;
use tonic_014::transport::{Channel, Endpoint};

use crate::PATIENCE;

const UNREACHABLE: &str = "Can't reach the service";

/// What a server answers: a gRPC status, and the message of a `HealthCheckResponse`.
type Answer = (u32, &'static [u8]);

/// Serves one answer, and expects one service to be asked for.
async fn serve(answer: Answer, service: &'static str) -> u16 {
    async fn health(State((answer, service)): State<(Answer, &str)>, request: Request) -> Response {
        assert_eq!(request.uri().path(), "/grpc.health.v1.Health/Check");
        let asked = request.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(asked, request_for(service));
        let (status, message) = answer;
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", status.into());
        let mut frame = vec![0, 0, 0, 0, u8::try_from(message.len()).unwrap()];
        frame.extend(message);
        let frame = if status == 0 { Full::from(frame) } else { Full::default() };
        let body = frame.with_trailers(async move { Some(Ok(trailers)) });
        let response = Response::builder().header("content-type", "application/grpc");
        response.body(Body::new(body)).unwrap()
    }
    let listener = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let app = Router::new().fallback(health).with_state((answer, service));
    tokio::spawn(async move { axum::serve(listener, app).await });
    port
}

/// The frame of a `HealthCheckRequest`: a byte of flags, the length, and field 1, a text.
fn request_for(service: &str) -> Vec<u8> {
    let byte = |number| u8::try_from(number).unwrap();
    let length = match service.len() {
        short @ ..128 => vec![byte(short)],
        long => vec![byte(long % 128 + 128), byte(long / 128)],
    };
    let message = [&[0x0a], &*length, service.as_bytes()].concat();
    let bytes = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], &bytes[..], &message].concat()
}

fn channel(port: u16) -> Channel {
    Endpoint::from_shared(format!("http://127.0.0.1:{port}")).unwrap().connect_lazy()
}

#[tokio::test]
async fn only_a_serving_service_passes() {
    let long: &str = "a.very.long.name.".repeat(12).leak();
    let wide: &[u8] = [&[0x1a, 0x80, 1][..], &[0xff; 128], &[8, 1]].concat().leak();
    for (answer, service) in [
        ((0, &[8, 1][..]), ""),
        ((0, &[8, 1]), "shop.v1.Orders"),
        ((0, &[8, 1]), long),
        // An unknown field whose length takes two bytes.
        ((0, wide), ""),
        // An unknown field of each kind, the last of a field that comes twice.
        ((0, &[8, 2, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a, 1, b'x', 0x25, 0, 0, 0, 0, 8, 1]), ""),
    ] {
        let check = ping(channel(serve(answer, service).await)).within(PATIENCE);
        ask(&check.service(service)).await.passes();
    }
    let text = "The service is not serving";
    for (answer, cause) in [
        ((0, &[8, 2][..]), "ServingStatus 2"),
        ((0, &[8, 3]), "ServingStatus 3"),
        ((0, &[]), "ServingStatus 0"),
        ((5, &[]), "not found"),
    ] {
        let check = ping(channel(serve(answer, "").await)).within(PATIENCE);
        ask(&check).await.is("fail", text, cause);
    }
}

#[tokio::test]
async fn a_server_without_a_health_service_is_reachable() {
    let check = ping(channel(serve((12, &[]), "").await)).within(PATIENCE);
    ask(&check).await.passes();
}

#[tokio::test]
async fn an_answer_that_is_none_fails() {
    for message in [&[8][..], &[0xff; 12], &[0x1a, 200, 1], &[0x0b]] {
        let check = ping(channel(serve((0, message), "").await)).within(PATIENCE);
        ask(&check).await.is("fail", UNREACHABLE, "no HealthCheckResponse");
    }
}

#[tokio::test]
async fn who_refuses_is_silent_or_speaks_no_grpc_fails() {
    let check = ping(channel(free_port())).within(PATIENCE);
    ask(&check).await.is("fail", UNREACHABLE, "Connection refused (os error 111)");

    let silent = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
    let check = ping(channel(silent.local_addr().unwrap().port()));
    ask(&check).await.is("fail", UNREACHABLE, "no answer within 500ms");

    let web = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
    let port = web.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(web, Router::new()).await });
    // 404, which the gRPC protocol maps to UNIMPLEMENTED: reachable, and nothing more is known.
    ask(&ping(channel(port)).within(PATIENCE)).await.passes();
}
