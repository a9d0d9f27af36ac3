//! How answers go over a connection.

use std::time::Duration;

use healthz_core::{CheckExt, Endpoint, Registry};

use super::{
    FAILING, FOR_EVER, NOT_ALLOWED, PASSING, arrived, assert_answer, live_and_down, not_setup,
};
use crate::{FakeCheck, Mount, Serve};

/// Answers HTTP/1.0 without any header, as `HAProxy` and simple monitors send it, and closes.
pub fn http_1_0_without_any_header_is_answered(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for method in ["GET", "OPTIONS"] {
        for (path, status, title) in
            [("live", 200, PASSING), ("down", 503, FAILING), ("no", 404, &not_setup("no"))]
        {
            let mut connection = server.connect();
            connection.send(format!("{method} /healthz/{path} HTTP/1.0\r\n\r\n"));
            assert_answer(&connection.receive(), status, title);
            connection.ends();
        }
    }
    let mut connection = server.connect();
    connection.send("HEAD /healthz/live HTTP/1.0\r\n\r\n");
    assert_eq!(connection.receive_head().content_length(), 30);
    connection.ends();
}

/// Keeps an HTTP/1.0 connection open if the client asks for it.
pub fn http_1_0_keep_alive_is_honoured(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let mut connection = server.connect();
    for _ in 0..3 {
        connection.send("GET /healthz/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assert_answer(&connection.receive(), 200, PASSING);
    }
}

/// Closes after the answer if the client asks for it.
pub fn connection_close_is_honoured(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for (path, status, title) in
        [("live", 200, PASSING), ("down", 503, FAILING), ("no", 404, &not_setup("no"))]
    {
        let mut connection = server.connect();
        connection
            .send(format!("GET /healthz/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        assert_answer(&connection.receive(), status, title);
        connection.ends();
    }
}

/// Answers request after request on one connection, whatever the answers are.
pub fn keep_alive_is_honoured(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let mut connection = server.connect();
    for _ in 0..10 {
        assert_answer(&connection.get("/healthz/live"), 200, PASSING);
        assert_answer(&connection.get("/healthz/down"), 503, FAILING);
        assert_answer(&connection.get("/healthz/nowhere"), 404, &not_setup("nowhere"));
        assert_answer(&connection.ask("OPTIONS", "/healthz/live"), 200, PASSING);
        assert_answer(&connection.ask("POST", "/healthz/live"), 405, "Method Not Allowed");
        assert_eq!(connection.ask("HEAD", "/healthz/down").status(), 503);
    }
}

/// Answers requests that were sent without waiting, in their order.
pub fn pipelined_requests_are_answered_in_order(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let mut connection = server.connect();
    let one = |line: &str| format!("{line} HTTP/1.1\r\nHost: x\r\n\r\n");
    let requests = ["GET /healthz/live", "GET /healthz/down", "OPTIONS /healthz", "PUT /healthz"];
    connection.send(requests.map(one).concat().repeat(5));
    for _ in 0..5 {
        assert_answer(&connection.receive(), 200, PASSING);
        assert_answer(&connection.receive(), 503, FAILING);
        assert_answer(&connection.receive(), 503, FAILING);
        assert_answer(&connection.receive(), 405, "Method Not Allowed");
    }
}

/// Takes a request line with a whole URL, as a proxy is sent it.
pub fn absolute_form_is_the_same_route(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for origin in ["http://localhost", "http://example.com:8080", "https://u@[::1]"] {
        let mut connection = server.connect();
        assert_answer(&connection.get(&format!("{origin}/healthz/live")), 200, PASSING);
        assert_answer(&connection.get(&format!("{origin}/healthz/down?x")), 503, FAILING);
        assert_answer(&connection.get(&format!("{origin}/healthz")), 503, FAILING);
    }
}

/// Leaves `OPTIONS *`, which is asked of the whole server, to the application.
pub fn asterisk_form_is_the_applications(serve: Serve) {
    // At the root, too, where nothing is before an endpoint's name.
    for (prefix, live) in [("/healthz", "/healthz/live"), ("", "/live")] {
        let registry = Registry::builder().prefix(prefix).liveness("live", []).build().unwrap();
        let server = serve(&registry, Mount::TOP);
        let mut connection = server.connect();
        let response = connection.ask("OPTIONS", "*");
        assert_eq!(response.status(), 404, "{response:?}");
        assert_ne!(response.header("content-type"), Some("application/problem+json"));
        assert_answer(&connection.get(live), 200, PASSING);
    }
}

/// Answers HTTP/1.1 without `Host`, or with a strange one, unless the server refuses it.
pub fn request_without_host_is_answered_or_400(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for host in ["", "Host:\r\n", "Host: a b/\r\n", "Host: a\r\nHost: b\r\n"] {
        for (path, status, title) in [("live", 200, PASSING), ("down", 503, FAILING)] {
            let mut connection = server.connect();
            connection.send(format!("GET /healthz/{path} HTTP/1.1\r\n{host}\r\n"));
            let response = connection.receive();
            if response.status() == 400 {
                connection.ends();
            } else {
                assert_answer(&response, status, title);
            }
        }
    }
}

/// Answers a client that says it waits for `100 Continue` before it sends a body, whether the
/// server says that or not.
pub fn expect_100_continue_is_answered(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let bodies = [
        ("", ""),
        ("Content-Length: 0\r\n", ""),
        ("Content-Length: 4\r\n", "body"),
        ("Transfer-Encoding: chunked\r\n", "4\r\nbody\r\n0\r\n\r\n"),
    ];
    for (method, status, title) in [("GET", 200, PASSING), ("POST", 405, NOT_ALLOWED)] {
        for (length, body) in bodies {
            let mut connection = server.connect();
            let head = format!("{method} /healthz/live HTTP/1.1\r\nHost: x\r\n{length}");
            connection.send(head + "Expect: 100-continue\r\n\r\n");
            let mut response = connection.receive();
            let continued = response.status() == 100;
            if continued {
                connection.send(body);
                response = connection.receive();
            }
            assert_answer(&response, status, title);
            // A body that was not asked for is not sent, and such a connection is of no more use.
            if !continued && !body.is_empty() {
                continue;
            }
            match connection.try_get("/healthz/down") {
                Ok(next) => assert_answer(&next, 503, FAILING),
                Err(_) => assert_eq!(response.header("connection"), Some("close")),
            }
        }
    }
}

/// Answers a request on a connection where others wait for a check that hangs.
pub fn streams_are_answered_side_by_side(serve: Serve) {
    const BUDGET: Duration = Duration::from_secs(30);
    let slow = FakeCheck::gated();
    let registry = Registry::builder()
        .check("slow", slow.clone().timeout(FOR_EVER))
        .check("arrivals", FakeCheck::passing())
        .endpoint("ready", Endpoint::new(["slow", "arrivals"]).budget(BUDGET))
        .liveness("live", [])
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut connection = server.connect();
    for number in 1..=3 {
        connection.request("GET", "/healthz/ready");
        arrived(&registry, number);
        assert_answer(&connection.get("/healthz/live"), 200, PASSING);
    }
    slow.pass();
    for _ in 0..3 {
        assert_answer(&connection.receive(), 200, PASSING);
    }
    assert_eq!((slow.runs(), slow.finished()), (1, 1));
}
