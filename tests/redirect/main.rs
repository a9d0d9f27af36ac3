//! An application that redirects HTTP to HTTPS, and probes that come in plain HTTP.
//!
//! Kubelet, `HAProxy` and others take a 3xx for healthy, so that a probe inside the redirect never
//! fails again, whatever the checks say.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod actix;
mod axum;
mod ntex;
mod poem;
mod rocket;
mod warp;

use healthz_core::{HealthError, Registry};
use healthz_testkit::{Response, Server};

/// What the application's redirect is around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redirect {
    /// All but the health endpoints, as the adapter's documentation has it.
    AroundTheRest,
    /// The health endpoints too: the trap.
    AroundEverything,
}

/// Serves the registry, and `GET /hello`, which is redirected unless a proxy says that it came by
/// HTTPS.
type Serve = fn(&Registry, Redirect) -> Server;

fn start(serve: Serve, redirect: Redirect) -> Server {
    let down = || Err(HealthError::new("database is down"));
    let builder = Registry::builder().liveness("live", []).readiness("ready", down);
    serve(&builder.build().unwrap(), redirect)
}

fn redirected_to(response: &Response) -> Option<&str> {
    (response.status() == 308).then(|| response.header("location").unwrap())
}

fn probes_stay_outside(serve: Serve) {
    let server = start(serve, Redirect::AroundTheRest);
    for (method, path, status) in [
        ("GET", "/healthz/live", 200),
        ("HEAD", "/healthz/live", 200),
        ("GET", "/healthz/live?verbose", 200),
        ("GET", "/healthz/ready", 503),
        ("OPTIONS", "/healthz/ready", 503),
        ("GET", "/healthz/nowhere", 404),
        ("GET", "/healthz", 503),
        ("POST", "/healthz/live", 405),
    ] {
        let response = server.ask(method, path);
        assert_eq!(response.status(), status, "{method} {path}");
        assert_eq!(response.header("location"), None, "{method} {path}");
    }
    assert_eq!(redirected_to(&server.get("/hello")), Some("https://localhost/hello"));

    let mut connection = server.connect();
    connection.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n\r\n");
    assert_eq!(connection.receive().body(), "hello");
}

fn inside_the_redirect_an_outage_is_hidden(serve: Serve) {
    let server = start(serve, Redirect::AroundEverything);
    let location = "https://localhost/healthz/ready";
    assert_eq!(redirected_to(&server.get("/healthz/ready")), Some(location));
}

macro_rules! redirect {
    ($serve:expr) => {
        #[test]
        fn probes_stay_outside_an_https_redirect() {
            crate::probes_stay_outside($serve);
        }

        #[test]
        fn a_probe_inside_the_redirect_hides_an_outage() {
            crate::inside_the_redirect_an_outage_is_hidden($serve);
        }
    };
}
use redirect;
