use std::net::SocketAddr;

use healthz_core::Registry;
use healthz_testkit::{Protocol, Response, Server};

use crate::{
    capture::Capture,
    site::{self, SECRET, SLOW},
};

/// Serves the site of `site.rs` with a logger around it: the logger as it is, or in `quiet`.
pub(crate) type Serve = fn(&Registry, Logger) -> Server;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logger {
    AsItIs,
    Quiet,
}

pub(crate) type Requests<'a> = &'a [(&'a str, &'a str, u16)];

/// Makes the tests of a module, each a promise kept with its logger, over HTTP/1.1 and HTTP/2.
///
/// `scenario!(http1: serve)` is for a framework that does not speak HTTP/2.
macro_rules! scenario {
    ($serve:ident) => {
        $crate::scenario::scenario!(http1: $serve);
        $crate::scenario::scenario!(http2: $serve);
    };
    (http1: $serve:ident) => {
        mod http1 {
            const SERVE: $crate::scenario::Serve = super::$serve;
            $crate::scenario::scenario!(@);
        }
    };
    (http2: $serve:ident) => {
        mod http2 {
            const SERVE: $crate::scenario::Serve = |registry, logger| {
                super::$serve(registry, logger).over(healthz_testkit::Protocol::Http2)
            };
            $crate::scenario::scenario!(@);
        }
    };
    (@) => {
        $crate::scenario::scenario! { @
            healthy_probe_leaves_no_line
            nested_healthy_probe_leaves_no_line
            healthy_probe_under_a_custom_prefix_leaves_no_line
            healthy_probe_of_an_encoded_name_leaves_no_line
            healthy_probe_leaves_no_line_through_other_middleware
            a_thousand_healthy_probes_leave_nothing
            probe_that_the_lifecycle_refuses_leaves_no_line
            probe_that_the_lifecycle_refuses_and_the_application_changes_leaves_its_lines
            failing_probe_while_starting_leaves_its_lines
            failing_probe_leaves_its_lines
            slow_failing_probe_leaves_its_lines
            unknown_endpoint_leaves_its_lines
            other_method_leaves_its_lines
            other_routes_leave_their_lines
            probe_refused_by_the_application_leaves_its_lines
            probe_turned_to_an_error_leaves_its_lines
            failing_probe_turned_to_200_leaves_its_lines
            another_routes_200_on_a_probes_path_leaves_its_lines
            a_password_is_in_cores_log_only
        }
    };
    (@ $($promise:ident)*) => {
        $(
            #[test]
            fn $promise() {
                $crate::scenario::$promise(SERVE);
            }
        )*
    };
}

pub(crate) use scenario;

pub(crate) fn healthy_probe_leaves_no_line(serve: Serve) {
    nothing(
        serve,
        "/healthz",
        &[
            ("GET", "/healthz/live", 200),
            ("GET", "/healthz/ready?verbose", 200),
            ("HEAD", "/healthz/ready", 200),
            ("OPTIONS", "/healthz/ready", 200),
        ],
    );
}

pub(crate) fn nested_healthy_probe_leaves_no_line(serve: Serve) {
    nothing(
        serve,
        "/healthz",
        &[("GET", "/admin/healthz/ready", 200), ("HEAD", "/admin/healthz/ready", 200)],
    );
}

pub(crate) fn healthy_probe_under_a_custom_prefix_leaves_no_line(serve: Serve) {
    nothing(
        serve,
        "/internal/state-of_it.all",
        &[
            ("GET", "/internal/state-of_it.all/ready", 200),
            ("GET", "/admin/internal/state-of_it.all/ready", 200),
        ],
    );
}

pub(crate) fn healthy_probe_of_an_encoded_name_leaves_no_line(serve: Serve) {
    nothing(serve, "/healthz", &[("GET", "/healthz/%72eady", 200)]);
}

pub(crate) fn healthy_probe_leaves_no_line_through_other_middleware(serve: Serve) {
    let lines = |logger| {
        let capture = Capture::start();
        let server = serve(&site::registry("/healthz"), logger);
        let response = dressed(&server);
        assert_eq!(response.status(), 200);
        assert_eq!(response.header("content-encoding"), Some("gzip"), "not compressed");
        for (name, value) in site::REPLACED {
            assert_eq!(response.header(name), Some(value), "not replaced");
        }
        assert!(response.header("access-control-allow-origin").is_some(), "no CORS");
        drop(server);
        capture.lines()
    };
    assert_ne!(lines(Logger::AsItIs), [""; 0]);
    assert_eq!(lines(Logger::Quiet), [""; 0]);
}

/// Asks for the probe behind other middleware; over HTTP/1 its body comes in chunks and is not
/// read.
fn dressed(server: &Server) -> Response {
    let (path, fields) =
        ("/dressed/healthz/ready", [("origin", "http://example.com"), ("accept-encoding", "gzip")]);
    let mut connection = server.connect();
    if *server.protocol() != Protocol::Http1 {
        return connection.try_ask("GET", path, &fields).unwrap();
    }
    let fields = fields.map(|(name, value)| format!("{name}: {value}\r\n")).concat();
    connection.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n"));
    connection.receive_head()
}

pub(crate) fn a_thousand_healthy_probes_leave_nothing(serve: Serve) {
    let capture = Capture::start();
    let server = serve(&site::registry("/healthz"), Logger::Quiet);
    let mut connection = server.connect();
    for _ in 0..1000 {
        assert_eq!(connection.get("/healthz/ready").status(), 200);
    }
    drop((connection, server));
    assert_eq!(capture.lines(), [""; 0]);
}

/// `Starting` and `Shutting down`: core's own log tells of the change once.
pub(crate) fn probe_that_the_lifecycle_refuses_leaves_no_line(serve: Serve) {
    let requests = [
        ("GET", "/healthz/live", 200),
        ("GET", "/healthz/ready", 503),
        ("HEAD", "/healthz/ready", 503),
        ("GET", "/healthz/ready?verbose", 503),
        ("GET", "/admin/healthz/ready", 503),
        ("GET", "/healthz", 503),
    ];
    for registry in [site::starting, site::draining] {
        let loud = lines_of(serve, &registry(), Logger::AsItIs, &requests);
        assert!(loud.len() >= requests.len(), "{loud:?}");
        assert_eq!(lines_of(serve, &registry(), Logger::Quiet, &requests), [""; 0]);
    }
}

pub(crate) fn probe_that_the_lifecycle_refuses_and_the_application_changes_leaves_its_lines(
    serve: Serve,
) {
    the_same_of(serve, site::starting, &[("GET", "/turned/healthz/ready", 200)]);
}

pub(crate) fn failing_probe_while_starting_leaves_its_lines(serve: Serve) {
    the_same_of(
        serve,
        site::starting_with_a_fault,
        &[
            ("GET", "/healthz/down", 503),
            ("GET", "/healthz", 503),
            ("GET", "/healthz/nowhere", 404),
        ],
    );
}

pub(crate) fn failing_probe_leaves_its_lines(serve: Serve) {
    the_same(
        serve,
        &[
            ("GET", "/healthz/down", 503),
            ("HEAD", "/healthz/down?x=1", 503),
            ("OPTIONS", "/healthz/down", 503),
            ("GET", "/admin/healthz/down", 503),
        ],
    );
}

pub(crate) fn slow_failing_probe_leaves_its_lines(serve: Serve) {
    the_same(serve, &[("GET", "/healthz/slow", 503)]);
}

pub(crate) fn unknown_endpoint_leaves_its_lines(serve: Serve) {
    the_same(
        serve,
        &[
            ("GET", "/healthz/nowhere", 404),
            ("GET", "/healthz", 503),
            ("HEAD", "/healthz/", 503),
            ("GET", "/admin/healthz/ready/", 404),
        ],
    );
}

pub(crate) fn other_method_leaves_its_lines(serve: Serve) {
    the_same(serve, &[("POST", "/healthz/ready", 405), ("DELETE", "/admin/healthz/ready", 405)]);
}

pub(crate) fn other_routes_leave_their_lines(serve: Serve) {
    the_same(
        serve,
        &[
            ("GET", "/hello", 200),
            ("HEAD", "/hello", 200),
            ("GET", "/nowhere", 404),
            ("GET", "/broken", 500),
            ("GET", "/slow", 200),
            ("GET", "/stream", 200),
        ],
    );
}

pub(crate) fn probe_refused_by_the_application_leaves_its_lines(serve: Serve) {
    the_same(serve, &[("GET", "/locked/healthz/ready", 401)]);
}

pub(crate) fn probe_turned_to_an_error_leaves_its_lines(serve: Serve) {
    the_same(serve, &[("GET", "/turned/healthz/ready", 500)]);
}

pub(crate) fn failing_probe_turned_to_200_leaves_its_lines(serve: Serve) {
    the_same(serve, &[("GET", "/turned/healthz/down", 200)]);
}

pub(crate) fn another_routes_200_on_a_probes_path_leaves_its_lines(serve: Serve) {
    the_same(
        serve,
        &[
            ("GET", "/impostor/healthz/live", 200),
            // A healthy probe before it changes nothing.
            ("GET", "/impostor/healthz/live", 200),
        ],
    );
}

pub(crate) fn a_password_is_in_cores_log_only(serve: Serve) {
    let capture = Capture::start();
    let server = serve(&site::registry("/healthz"), Logger::Quiet);
    let mut sent = Vec::new();
    for path in ["secret", "panic", "secret?verbose", "secret/", "panic/secret", ""] {
        for method in ["GET", "HEAD", "OPTIONS", "POST"] {
            sent.push(server.ask(method, &format!("/healthz/{path}")).raw());
        }
    }
    drop(server);
    let (lines, core) = capture.all();
    let told = |text: &[String]| text.iter().filter(|text| text.contains(SECRET)).count();
    assert_eq!([told(&sent), told(&lines), told(&core)], [0, 0, 2], "{core:?}");
}

/// Asserts of a logger whose lines end with a time that it is the whole one: in seconds, or in `ms`.
pub(crate) fn every_line_has_its_true_time(serve: Serve, unit: &str) {
    let slow = [("GET", "/slow", 200), ("GET", "/healthz/slow", 503)];
    let lines = lines(serve, "/healthz", Logger::Quiet, &slow);
    assert_eq!(lines.len(), 2);
    let least = if unit == "ms" { SLOW * 1000 } else { SLOW };
    for line in &lines {
        let took = line.rsplit(' ').next().and_then(|took| took.strip_suffix(unit)).unwrap();
        assert!(took.parse::<f64>().unwrap() >= least.as_secs_f64(), "{line}");
    }
}

/// Returns the lines that the requests leave.
pub(crate) fn lines(
    serve: Serve,
    prefix: &str,
    logger: Logger,
    requests: Requests<'_>,
) -> Vec<String> {
    lines_of(serve, &site::registry(prefix), logger, requests)
}

fn lines_of(
    serve: Serve,
    registry: &Registry,
    logger: Logger,
    requests: Requests<'_>,
) -> Vec<String> {
    let capture = Capture::start();
    let server = serve(registry, logger);
    for &(method, path, status) in requests {
        assert_eq!(server.ask(method, path).status(), status, "{method} {path}");
    }
    drop(server);
    capture.lines()
}

/// Asserts that the requests leave lines without `quiet`, and none with it.
fn nothing(serve: Serve, prefix: &str, requests: Requests<'_>) {
    let loud = lines(serve, prefix, Logger::AsItIs, requests);
    assert!(loud.len() >= requests.len(), "{loud:?}");
    assert_eq!(lines(serve, prefix, Logger::Quiet, requests), [""; 0]);
}

/// Asserts that the requests leave the same lines without `quiet` and with it, times aside.
pub(crate) fn the_same(serve: Serve, requests: Requests<'_>) {
    the_same_of(serve, || site::registry("/healthz"), requests);
}

fn the_same_of(serve: Serve, registry: fn() -> Registry, requests: Requests<'_>) {
    let tidied = |logger| {
        let lines = lines_of(serve, &registry(), logger, requests);
        let mut lines: Vec<_> = lines.iter().map(|line| tidy(line)).collect();
        // The end of one request may be written after the beginning of the next.
        lines.sort_unstable();
        lines
    };
    let loud = tidied(Logger::AsItIs);
    assert!(loud.len() >= requests.len(), "{loud:?}");
    assert_eq!(tidied(Logger::Quiet), loud);
}

/// Replaces durations and the client's address.
pub(crate) fn tidy(line: &str) -> String {
    line.split(' ').map(tidy_word).collect::<Vec<_>>().join(" ")
}

fn tidy_word(word: &str) -> String {
    let (key, value) = word.rsplit_once('=').unwrap_or(("", word));
    let number = value.trim_end_matches(char::is_alphabetic);
    let is_float = number.contains('.') && number.parse::<f64>().is_ok();
    let is_duration = (number != value && number.parse::<f64>().is_ok()) || is_float;
    if is_duration || key.ends_with("latency") || key.ends_with("duration") {
        return format!("{key}=TIME");
    }
    if value.parse::<SocketAddr>().is_ok() { format!("{key}=CLIENT") } else { word.into() }
}
