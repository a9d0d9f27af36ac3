//! What each method gets.

use healthz_core::Registry;

use super::{FAILING, NOT_ALLOWED, PASSING, assert_answer, fail, live_and_down, not_setup};
use crate::{FakeCheck, Mount, Protocol, Serve, Server};

const ALLOW: Option<&str> = Some("GET, HEAD, OPTIONS");
const OTHERS: [&str; 5] = ["POST", "PUT", "DELETE", "PATCH", "TRACE"];
const UNKNOWN: [&str; 4] = ["PROPFIND", "BREW", "get", "GETT"];

/// Sends the head of GET, its length included, and no body; the connection stays in step.
pub fn head_is_get_without_the_body(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let mut connection = server.connect();
    for path in ["/healthz/live", "/healthz/down", "/healthz/nowhere", "/healthz", "/healthz/"] {
        let get = connection.get(path);
        let head = connection.ask("HEAD", path);
        assert_eq!(head.comparable_head(), get.comparable_head());
        assert_eq!(head.content_length(), get.body().len());
    }
    assert_answer(&connection.get("/healthz/live"), 200, PASSING);
}

/// Runs the checks for OPTIONS as for GET, and adds `Allow`.
pub fn options_runs_the_checks(serve: Serve) {
    let runs = FakeCheck::passing();
    let registry = Registry::builder()
        .check("database", fail)
        .check("runs", runs.clone())
        .endpoint("up", ["runs"])
        .endpoint("down", ["runs", "database"])
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    let up = server.ask("OPTIONS", "/healthz/up");
    assert_answer(&up, 200, PASSING);
    assert_eq!((up.header("allow"), runs.runs()), (ALLOW, 1));
    let down = server.ask("OPTIONS", "/healthz/down");
    assert_answer(&down, 503, FAILING);
    assert_eq!((down.header("allow"), runs.runs()), (ALLOW, 2));
}

/// Answers OPTIONS of an endpoint that is not there as GET, and adds `Allow`.
pub fn options_of_unknown_endpoint_is_404(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let response = server.ask("OPTIONS", "/healthz/nowhere");
    assert_answer(&response, 404, &not_setup("nowhere"));
    assert_eq!(response.header("allow"), ALLOW);
}

/// Answers every other method 405, and says which ones there are.
pub fn other_methods_are_405(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for method in others(&server) {
        for path in ["/healthz/live", "/healthz/down"] {
            let response = server.ask(method, path);
            assert_answer(&response, 405, NOT_ALLOWED);
            assert_eq!(response.header("allow"), ALLOW);
        }
    }
}

/// Answers methods that HTTP itself does not know as every other one, and runs nothing for them.
pub fn unknown_methods_are_405(serve: Serve) {
    let runs = FakeCheck::passing();
    let registry = Registry::builder().endpoint("ready", runs.clone()).build().unwrap();
    let server = serve(&registry, Mount::TOP);
    for method in UNKNOWN {
        for path in ["/healthz/ready", "/healthz/nowhere", "/healthz"] {
            let response = server.ask(method, path);
            assert_answer(&response, 405, NOT_ALLOWED);
            assert_eq!(response.header("allow"), ALLOW);
        }
    }
    assert_eq!(runs.runs(), 0);
}

/// Answers every other method 405 also where there is no endpoint.
pub fn other_methods_are_405_before_the_name_is_read(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for method in others(&server) {
        for path in ["/healthz/nowhere", "/healthz", "/healthz/", "/healthz//live", "/healthz/%FF"]
        {
            let response = server.ask(method, path);
            assert_answer(&response, 405, NOT_ALLOWED);
            assert_eq!(response.header("allow"), ALLOW);
        }
    }
}

/// Runs nothing for other methods.
pub fn other_methods_run_no_check(serve: Serve) {
    let runs = FakeCheck::passing();
    let registry = Registry::builder().endpoint("ready", runs.clone()).build().unwrap();
    let server = serve(&registry, Mount::TOP);
    for method in others(&server) {
        assert_eq!(server.ask(method, "/healthz/ready").status(), 405);
    }
    assert_eq!(runs.runs(), 0);
    assert_answer(&server.get("/healthz/ready"), 200, PASSING);
    assert_eq!(runs.runs(), 1);
}

/// Answers a request with a body by its method; what follows the body is the next request, unless
/// the server has said that it closes.
pub fn request_body_is_never_taken_for_a_request(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let bodies = [
        "Content-Length: 31\r\n\r\nGET /healthz/down HTTP/1.1\r\n\r\nx",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\n\r\n",
        "Content-Length: 0\r\n\r\n",
    ];
    let methods = [("GET", 200, PASSING), ("POST", 405, NOT_ALLOWED), ("DELETE", 405, NOT_ALLOWED)];
    for body in bodies {
        for (method, status, title) in methods {
            let mut connection = server.connect();
            connection.send(format!("{method} /healthz/live HTTP/1.1\r\nHost: x\r\n{body}"));
            connection.request("GET", "/healthz/nowhere");
            let response = connection.receive();
            assert_answer(&response, status, title);
            match connection.receive_or_end() {
                Some(next) => assert_answer(&next, 404, &not_setup("nowhere")),
                None => assert_eq!(response.header("connection"), Some("close")),
            }
        }
    }
}

/// All other methods; CONNECT over HTTP/2 has no path, and so is no request of ours.
fn others(server: &Server) -> impl Iterator<Item = &'static str> + use<> {
    let connect = (server.protocol() == &Protocol::Http1).then_some("CONNECT");
    OTHERS.into_iter().chain(connect)
}
