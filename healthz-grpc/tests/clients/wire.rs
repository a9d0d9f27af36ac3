use axum::http::{HeaderMap, Request, Response, Version};
use bytes::Bytes;
use healthz_grpc::{ResponseBody, service};
use http_body_util::{BodyExt, Full};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tower_service::Service;

use crate::support::{HOSTS, Host, Switch, builder};

async fn call(method: &str, fields: &[(&str, &str)], body: &[u8]) -> Response<ResponseBody> {
    let registry = builder(&Switch::new()).build().unwrap();
    let mut request = Request::post(format!("/grpc.health.v1.Health/{method}"))
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let body = Full::<Bytes>::from(Bytes::copy_from_slice(body));
    service(&registry).call(request.body(body).unwrap()).await.unwrap()
}

#[tokio::test]
async fn an_answer_is_a_frame_and_a_status_in_the_trailers() {
    let response = call("Check", &[], b"\0\0\0\0\0").await;
    assert_eq!((response.status().as_u16(), response.headers().get("grpc-status")), (200, None));
    assert_eq!(response.headers()["content-type"], "application/grpc");
    let body = response.into_body().collect().await.unwrap();
    let trailers: HeaderMap = body.trailers().unwrap().clone();
    assert_eq!((trailers.len(), &trailers["grpc-status"]), (1, &"0".parse().unwrap()));
    assert_eq!(body.to_bytes(), &b"\0\0\0\0\x02\x08\x01"[..]);
}

#[tokio::test]
async fn every_bad_request_has_its_status_before_any_body() {
    let oversize = [&[0, 0, 0, 16, 1][..], &[0; 4097]].concat();
    for (method, fields, body, status) in [
        ("Check", &[][..], &b""[..], "3"),
        ("Check", &[], b"\0\0\0\0\x01", "3"),
        ("Check", &[], b"\0\0\0\0\x01\x0a", "3"),
        ("Watch", &[], b"\0\0\0\0\x03\x0a\x01\xff", "3"),
        ("Check", &[], b"\0\0\0\0\0\0\0\0\0\0", "3"),
        ("List", &[], b"\0\0\0\0\x01\x0b", "3"),
        ("Check", &[], b"\x01\0\0\0\0", "13"),
        ("Check", &[("grpc-encoding", "gzip")], b"\x01\0\0\0\0", "12"),
        ("Check", &[("grpc-timeout", "1 s")], b"\0\0\0\0\0", "3"),
        ("Check", &[], &oversize, "8"),
        ("Chekc", &[], b"\0\0\0\0\0", "12"),
        ("Check", &[], b"\0\0\0\0\x06\x0a\x04nope", "5"),
    ] {
        let response = call(method, fields, body).await;
        assert_eq!(response.headers()["grpc-status"], status, "{method} {fields:?} {body:?}");
        assert!(!response.headers()["grpc-message"].is_empty());
        assert_eq!(response.status(), 200);
        assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
    }
    let gzip = call("Check", &[("grpc-encoding", "gzip")], b"").await;
    assert_eq!(gzip.headers()["grpc-accept-encoding"], "identity");
}

#[tokio::test]
async fn a_healthy_check_is_quiet_and_nothing_else_is() {
    let switch = Switch::new();
    let registry = builder(&switch).build().unwrap();
    let ask = |method: &str| {
        let request = Request::post(format!("/grpc.health.v1.Health/{method}"))
            .version(Version::HTTP_2)
            .header("content-type", "application/grpc")
            .body(Full::<Bytes>::from(&b"\0\0\0\0\0"[..]));
        let call = service(&registry).call(request.unwrap());
        async move { healthz_axum::is_quiet(&call.await.unwrap()) }
    };
    assert!(ask("Check").await);
    for other in ["List", "Watch", "Chekc"] {
        assert!(!ask(other).await, "{other}");
    }
    switch.turn(&registry, false).await;
    assert!(!ask("Check").await);
}

/// Access logs know it by either of two fields, since others may replace one.
#[tokio::test]
async fn a_healthy_check_is_quiet_when_a_field_was_replaced() {
    for name in ["cache-control", "x-content-type-options"] {
        let mut response = call("Check", &[], b"\0\0\0\0\0").await;
        assert!(response.headers_mut().insert(name, "mine".parse().unwrap()).is_some(), "{name}");
        assert!(healthz_axum::is_quiet(&response), "{name}");
    }
}

#[tokio::test]
async fn what_is_not_grpc_is_refused_as_http() {
    let registry = builder(&Switch::new()).build().unwrap();
    for (method, content_type, status, allow, text) in [
        ("POST", "text/html", 415, None, "the content type of gRPC is `application/grpc`\n"),
        ("GET", "application/grpc", 405, Some("POST"), "the method of gRPC is POST\n"),
    ] {
        let request = Request::builder().method(method).uri("/grpc.health.v1.Health/Check");
        let request = request.version(Version::HTTP_2).header("content-type", content_type);
        let request = request.body(Full::<Bytes>::default()).unwrap();
        let response = service(&registry).call(request).await.unwrap();
        let field = |name| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!((response.status().as_u16(), field("allow")), (status, allow));
        assert_eq!(field("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), text);
    }
}

#[tokio::test]
async fn an_unknown_name_is_said_back_up_to_a_hundred_characters() {
    let message = [&b"\x0a\xc8\x01"[..], &[b'x'; 200]].concat();
    let body = [&[0, 0, 0, 0, 203][..], &message].concat();
    let response = call("Check", &[], &body).await;
    let said = format!("no service or endpoint is called `{}`", "x".repeat(100));
    assert_eq!(response.headers()["grpc-message"], said);
}

#[tokio::test]
async fn list_tells_what_is_known() {
    let switch = Switch::new();
    let registry = builder(&switch).build().unwrap();
    for (well, serving) in [(true, 1), (false, 2)] {
        switch.turn(&registry, well).await;
        let request = Request::post("/grpc.health.v1.Health/List")
            .version(Version::HTTP_2)
            .header("content-type", "application/grpc")
            .body(Full::<Bytes>::from(&b"\0\0\0\0\0"[..]));
        let list = service(&registry).call(request.unwrap()).await.unwrap();
        let list = list.into_body().collect().await.unwrap().to_bytes();
        let ready = [&b"\x0a\x05ready\x12\x02\x08"[..], &[serving]].concat();
        assert!(list.windows(ready.len()).any(|entry| entry == ready), "{list:?}");
    }
}

/// Sends a request over HTTP/1.1 and reads the answer.
async fn http_1(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn http_1_and_grpc_share_a_port_and_grpc_over_http_1_is_refused() {
    for host in HOSTS {
        let registry = builder(&Switch::new()).build().unwrap();
        let server = host.serve(&registry).await;
        let mut client = server.client().await;
        assert!(client.check(crate::support::named("ready")).await.is_ok(), "{host:?}");
        if matches!(host, Host::Axum | Host::TonicWithAxum) {
            let probe = "GET /healthz/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            let answer = http_1(server.address, probe).await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{host:?} {answer}");
        }
        if matches!(host, Host::Tonic) {
            continue; // refuses HTTP/1 by itself
        }
        let check = "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                     content-type: application/grpc\r\ncontent-length: 5\r\n\r\n\0\0\0\0\0";
        let answer = http_1(server.address, check).await;
        assert!(answer.starts_with("HTTP/1.1 505 "), "{host:?} {answer}");
        assert!(answer.ends_with("gRPC is spoken over HTTP/2 only\n"), "{host:?} {answer}");
    }
}
