//! Any request to the gRPC service.

use std::cell::OnceCell;

use bytes::Bytes;
use healthz_core::Registry;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// A call is answered: with a status of gRPC in the header fields or in the trailers, or with a
/// status of HTTP that says why it is no call.
///
/// The first line of the input is the method's name, the second `grpc-timeout`, the third
/// `grpc-encoding`; what follows is the body.
pub fn grpc(input: &[u8]) {
    thread_local! {
        static PLACE: OnceCell<(Runtime, Registry)> = const { OnceCell::new() };
    }
    let mut lines = input.splitn(4, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (name, timeout, encoding, body) = (line(), line(), line(), line());
    let path = [b"/grpc.health.v1.Health/", name].concat();
    let mut request = Request::builder().method(Method::POST).version(http::Version::HTTP_2);
    request = request.uri(path).header(header::CONTENT_TYPE, "application/grpc");
    for (field, value) in [("grpc-timeout", timeout), ("grpc-encoding", encoding)] {
        if !value.is_empty() {
            request = request.header(field, value);
        }
    }
    let Ok(request) = request.body(Full::new(Bytes::copy_from_slice(body))) else { return };
    // A stream has no end.
    if request.uri().path().ends_with("/Watch") {
        return;
    }
    PLACE.with(|place| {
        let (runtime, registry) = place.get_or_init(|| {
            let runtime = Builder::new_current_thread().enable_all().build();
            let registry = Registry::builder().liveness("live", []).readiness("ready", []).build();
            match (runtime, registry) {
                (Ok(runtime), Ok(registry)) => (runtime, registry),
                (runtime, registry) => panic!("{:?}, {:?}", runtime.err(), registry.err()),
            }
        });
        runtime.block_on(async {
            let response = healthz_grpc::service(registry).oneshot(request).await;
            let response = response.unwrap_or_else(|never| match never {});
            let (parts, body) = response.into_parts();
            let body = match body.collect().await {
                Ok(body) => body,
                Err(error) => panic!("{error}"),
            };
            let trailers = body.trailers().and_then(|trailers| trailers.get("grpc-status"));
            let status = parts.headers.get("grpc-status").or(trailers);
            let known = status.and_then(|status| status.to_str().ok()?.parse::<u8>().ok());
            assert!(known.is_some_and(|code| code <= 16) || parts.status != 200, "{parts:?}");
        });
    });
}
