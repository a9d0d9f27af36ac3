use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use healthz_core::{Endpoint, HealthError, Registry, check_fn};
use healthz_testkit::{Response, Server, until};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Middleware {
    /// Answers 401.
    Auth,
    /// Answers 413 to a body of more than [`BODY`] bytes.
    BodyLimit,
    /// Lets one request in at a time.
    Concurrency,
    /// Answers OPTIONS by itself.
    Cors,
    /// Lets one request in at a time and answers 503 to the others.
    LoadShed,
    /// Answers 429 after the first request.
    RateLimit,
    /// Appends a slash to every path.
    Slashes,
    /// Answers 408 after [`MOMENT`].
    Timeout,
}

/// What the middleware is around.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Around {
    /// All but the health endpoints, as the adapter's documentation has it.
    TheRest,
    /// The health endpoints, too: the trap.
    Everything,
}

/// What a body may have.
pub(crate) const BODY: usize = 8;

/// What every timeout here is. Whatever runs into it never ends.
pub(crate) const MOMENT: Duration = Duration::from_millis(1);

/// `GET /held`, which never answers, and how often it was entered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held(Arc<AtomicUsize>);

impl Held {
    pub(crate) async fn hold(self) -> &'static str {
        self.0.fetch_add(1, Relaxed);
        std::future::pending().await
    }
}

/// Serves the registry, `GET /hello`, which is `/hello/` inside [`Middleware::Slashes`], and
/// `/held`.
pub(crate) type Serve = fn(&Registry, Middleware, Around, Held) -> Server;

fn start(serve: Serve, middleware: Middleware, around: Around) -> (Server, Held) {
    let registry = Registry::builder()
        .liveness("live", [])
        .endpoint("down", check_fn(async || Err(HealthError::new("no database"))))
        .check("hung", check_fn(async || std::future::pending().await))
        .endpoint("hung", Endpoint::new(["hung"]).budget(100 * MOMENT))
        .build();
    let held = Held::default();
    (serve(&registry.unwrap(), middleware, around, held.clone()), held)
}

/// Tells whether the middleware has an answer of its own for what is asked: the application or, if
/// not, a health endpoint.
fn acts(middleware: Middleware, server: &Server, on_application: bool) -> bool {
    let path = if on_application { "/hello" } else { "/healthz/live" };
    match middleware {
        Middleware::Auth => server.get(path).status() == 401,
        Middleware::BodyLimit => {
            let too_long = "x".repeat(BODY + 1);
            server.connect().try_post(path, &too_long).unwrap().status() == 413
        }
        Middleware::Cors => {
            let down = if on_application { path } else { "/healthz/down" };
            preflight(server, down).status() == 200
        }
        Middleware::Concurrency => unreachable!("what waits has no answer"),
        Middleware::LoadShed => server.get(path).status() == 503,
        Middleware::RateLimit => [server.get(path), server.get(path)][1].status() == 429,
        Middleware::Slashes => (server.get(path).status() == 200) == on_application,
        Middleware::Timeout => {
            let slow = if on_application { "/held" } else { "/healthz/hung" };
            server.get(slow).status() == 408
        }
    }
}

/// What a browser asks before a request to another site.
fn preflight(server: &Server, path: &str) -> Response {
    let fields = [("origin", "http://example.com"), ("access-control-request-method", "GET")];
    server.connect().try_ask("OPTIONS", path, &fields).unwrap()
}

pub(crate) fn probes_stay_outside(serve: Serve, middleware: Middleware) {
    let (server, held) = start(serve, middleware, Around::TheRest);
    let mut holder = server.connect();
    if matches!(middleware, Middleware::Concurrency | Middleware::LoadShed) {
        holder.request("GET", "/held");
        until("the only permit is taken", || held.0.load(Relaxed) == 1);
    }
    if middleware != Middleware::Concurrency {
        assert!(acts(middleware, &server, true), "nothing is tested");
    }
    for (method, path, status) in [
        ("GET", "/healthz/live", 200),
        ("GET", "/healthz/live", 200),
        ("HEAD", "/healthz/live", 200),
        ("GET", "/healthz/down", 503),
        ("OPTIONS", "/healthz/down", 503),
        ("GET", "/healthz/nowhere", 404),
        ("POST", "/healthz/live", 405),
    ] {
        let response = server.ask(method, path);
        assert_eq!(response.status(), status, "{method} {path}");
        let media_type = response.header("content-type");
        assert_eq!(media_type, Some("application/problem+json"), "{method} {path}");
    }
    assert_eq!(preflight(&server, "/healthz/down").status(), 503);
    assert_eq!(server.get("/healthz/hung").title(), "The hung check timed out");
}

pub(crate) fn inside_it_answers_for_the_endpoints(serve: Serve, middleware: Middleware) {
    let (server, held) = start(serve, middleware, Around::Everything);
    let mut holder = server.connect();
    if middleware == Middleware::LoadShed {
        holder.request("GET", "/held");
        until("the only permit is taken", || held.0.load(Relaxed) == 1);
    }
    assert!(acts(middleware, &server, false), "it is no trap");
}

/// Makes the tests of a framework's middleware: `mounted!(serve: auth Auth)`. For one that lets
/// requests wait `mounted!(waiting serve: ..)` makes one test, because inside it a probe has no
/// answer to test.
macro_rules! mounted {
    (waiting $serve:ident: $($name:ident $middleware:ident)*) => {
        $(mod $name {
            #[test]
            fn probes_stay_outside() {
                let middleware = crate::mounted::Middleware::$middleware;
                crate::mounted::probes_stay_outside(super::$serve, middleware);
            }
        })*
    };
    ($serve:ident: $($name:ident $middleware:ident)*) => {
        $(mod $name {
            use crate::mounted::Middleware;

            #[test]
            fn probes_stay_outside() {
                crate::mounted::probes_stay_outside(super::$serve, Middleware::$middleware);
            }

            #[test]
            fn inside_it_answers_for_the_endpoints() {
                let middleware = Middleware::$middleware;
                crate::mounted::inside_it_answers_for_the_endpoints(super::$serve, middleware);
            }
        })*
    };
}

pub(crate) use mounted;
