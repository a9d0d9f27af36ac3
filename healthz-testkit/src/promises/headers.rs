//! What is around the body.

use super::{assert_common, live_and_down};
use crate::{Mount, Serve};

const PATHS: [&str; 9] = [
    "/healthz/live",
    "/healthz/live?x=1",
    "/healthz/down",
    "/healthz/nowhere",
    "/healthz",
    "/healthz/",
    "/healthz/live/",
    "/healthz//live",
    "/healthz/%FF",
];

/// Sends content type, `no-store` and `nosniff` with every answer, `Allow` where it is promised,
/// and nothing else of its own.
pub fn every_answer_has_our_headers_and_no_others(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for (method, allow) in [("GET", false), ("HEAD", false), ("OPTIONS", true), ("POST", true)] {
        for path in PATHS {
            let response = server.ask(method, path);
            if method != "HEAD" {
                assert_common(&response);
            }
            let mut names: Vec<_> = response.headers().map(|(name, _)| name).collect();
            names.retain(|name| !["date", "connection"].contains(name));
            names.sort_unstable();
            let ours =
                ["cache-control", "content-length", "content-type", "x-content-type-options"];
            let allow = allow.then_some("allow");
            let expected: Vec<_> = allow.into_iter().chain(ours).collect();
            assert_eq!(names, expected, "{method} {path}");
        }
    }
}

/// Answers 200, 404, 405 or 503 and sends nobody elsewhere.
pub fn no_answer_is_a_redirect(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for method in ["GET", "HEAD", "OPTIONS", "POST"] {
        for path in PATHS {
            let response = server.ask(method, path);
            assert!([200, 404, 405, 503].contains(&response.status()), "{response:?}");
            assert_eq!(response.header("location"), None);
        }
    }
}

/// Answers the same bytes whoever asks.
pub fn no_answer_depends_on_the_client(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let clients: [&[(&str, &str)]; 9] = [
        &[("Host", "localhost"), ("User-Agent", "kube-probe/1.34"), ("Accept", "*/*")],
        &[("Host", "10.0.0.1:8080"), ("User-Agent", "ELB-HealthChecker/2.0")],
        &[("Host", "example.com"), ("User-Agent", "curl/8.5.0"), ("Accept", "*/*")],
        &[("Host", ""), ("User-Agent", "GoogleHC/1.0")],
        &[("User-Agent", "Consul Health Check"), ("Accept", "text/plain, text/*, */*")],
        &[("User-Agent", ""), ("X-Forwarded-Host", "y"), ("X-Forwarded-Prefix", "/y")],
        &[("X-HTTP-Method-Override", "POST"), ("If-None-Match", "*"), ("Range", "bytes=0-1")],
        &[("Origin", "https://example.com"), ("Access-Control-Request-Method", "PUT")],
        &[("Accept-Encoding", "gzip, br, zstd"), ("Cookie", "a=b")],
    ];
    for method in ["GET", "OPTIONS", "POST"] {
        for path in PATHS {
            let expected = server.ask(method, path);
            for client in clients {
                let response = server.connect().try_ask(method, path, client).unwrap();
                assert_eq!(response.comparable_head(), expected.comparable_head(), "{client:?}");
                assert_eq!(response.body(), expected.body(), "{client:?}");
            }
        }
    }
}
