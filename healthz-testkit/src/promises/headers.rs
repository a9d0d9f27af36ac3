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

/// Sends content type, `no-store` and `nosniff` with every answer, `Allow` where it is promised, and
/// nothing else of its own.
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
    let clients = [
        "Host: localhost\r\nUser-Agent: kube-probe/1.34\r\nAccept: */*\r\n",
        "Host: 10.0.0.1:8080\r\nUser-Agent: ELB-HealthChecker/2.0\r\n",
        "Host: example.com\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n",
        "Host: \r\nUser-Agent: GoogleHC/1.0\r\n",
        "Host: x\r\nUser-Agent: Consul Health Check\r\nAccept: text/plain, text/*, */*\r\n",
        "Host: x\r\nUser-Agent: \r\nX-Forwarded-Host: y\r\nX-Forwarded-Prefix: /y\r\n",
        "Host: x\r\nX-HTTP-Method-Override: POST\r\nIf-None-Match: *\r\nRange: bytes=0-1\r\n",
        "Host: x\r\nOrigin: https://example.com\r\nAccess-Control-Request-Method: PUT\r\n",
        "Host: x\r\nAccept-Encoding: gzip, br, zstd\r\nCookie: a=b\r\n",
    ];
    for method in ["GET", "OPTIONS", "POST"] {
        for path in PATHS {
            let expected = server.ask(method, path);
            for client in clients {
                let mut connection = server.connect();
                connection.send(format!("{method} {path} HTTP/1.1\r\n{client}\r\n"));
                let response = connection.receive();
                assert_eq!(response.comparable_head(), expected.comparable_head(), "{client}");
                assert_eq!(response.body(), expected.body(), "{client}");
            }
        }
    }
}
