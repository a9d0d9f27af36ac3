//! Where the endpoints are, and that nothing else is touched.

use healthz_core::{Endpoint, Registry};

use super::{FAILING, PASSING, assert_answer, fail, live_and_down, not_setup};
use crate::{Mount, Response, Serve, Server};

/// Serves below the prefix that the registry names.
pub fn custom_prefix_is_served(serve: Serve) {
    for prefix in ["/yourapp/healthz", "/h", "/v1.0/~ops/a-b_c", "/a/b/c/d/e"] {
        let server = serve(&below(prefix), Mount::TOP);
        assert_served(&server, prefix);
        assert_foreign(&server.get("/healthz/live"));
    }
}

/// Serves below the path of whatever the routes are nested in, and only there.
pub fn nested_routes_are_served(serve: Serve) {
    let server = serve(&live_and_down(), Mount::within(&["outer"]));
    assert_served(&server, "/outer/healthz");
    for path in ["/healthz/live", "/outer", "/outer/live", "/outer/nowhere"] {
        assert_foreign(&server.get(path));
    }
}

/// Serves below any number of levels, also when they are named like the prefix.
pub fn deeply_nested_routes_are_served(serve: Serve) {
    let server = serve(&live_and_down(), Mount::within(&["a", "healthz", "c", "healthz"]));
    assert_served(&server, "/a/healthz/c/healthz/healthz");
    for path in ["/healthz/live", "/a/healthz/live", "/a/healthz/c/healthz/live"] {
        assert_foreign(&server.get(path));
    }
}

/// Replaces bytes that are not UTF-8 also where the routes are nested.
pub fn bad_utf8_is_replaced_when_nested(serve: Serve) {
    let server = serve(&live_and_down(), Mount::within(&["outer"]));
    assert_answer(&server.get("/outer/healthz/%FF"), 404, &not_setup("\u{fffd}"));
}

/// Serves a prefix of several segments when nested.
pub fn custom_prefix_can_be_nested(serve: Serve) {
    let server = serve(&below("/yourapp/healthz"), Mount::within(&["v1", "api"]));
    assert_served(&server, "/v1/api/yourapp/healthz");
    for path in ["/yourapp/healthz/live", "/v1/api/healthz/live", "/v1/api/yourapp/live"] {
        assert_foreign(&server.get(path));
    }
}

/// Serves each endpoint and nothing else where the prefix is empty.
pub fn empty_prefix_serves_the_endpoints_alone(serve: Serve) {
    let builder = Registry::builder().prefix("").liveness("livez", []).endpoint("down", fail);
    let registry = builder.build().unwrap();
    for (mount, base) in [(Mount::TOP, ""), (Mount::within(&["outer"]), "/outer")] {
        let server = serve(&registry, mount);
        assert_one(&server, &format!("{base}/livez"), 200, PASSING);
        assert_one(&server, &format!("{base}/down"), 503, FAILING);
        for path in ["/nowhere", "/livezz", "/live", "/healthz/livez"] {
            assert_foreign(&server.get(&format!("{base}{path}")));
        }
        assert_hello(&server.get("/hello"));
    }
}

/// Serves an endpoint at its own path as well as below the prefix, and nothing beside it.
pub fn own_path_is_served(serve: Serve) {
    // Beside more endpoints than an adapter has routes for.
    let many = (0..20).fold(Registry::builder(), |builder, i| builder.endpoint(i.to_string(), []));
    let registry = many
        .check("database", fail)
        .liveness("live", Endpoint::default().at("/livez"))
        .endpoint("down", Endpoint::new(["database"]).at("/state/down"))
        .build()
        .unwrap();
    for (mount, base) in [(Mount::TOP, ""), (Mount::within(&["outer"]), "/outer")] {
        let server = serve(&registry, mount);
        for path in ["/livez", "/healthz/live"] {
            assert_one(&server, &format!("{base}{path}"), 200, PASSING);
        }
        for path in ["/state/down", "/healthz/down"] {
            assert_one(&server, &format!("{base}{path}"), 503, FAILING);
        }
        for path in ["/live", "/state", "/livez/live", "/livezz"] {
            assert_foreign(&server.get(&format!("{base}{path}")));
        }
    }
}

/// Leaves paths alone that merely begin like the prefix, or only contain it.
pub fn lookalike_paths_are_not_ours(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let paths = [
        "/healthzz/live",
        "/healthz-live",
        "/healthz.live",
        "/health",
        "/health/live",
        "/HEALTHZ/live",
        "/x/healthz/live",
        "//healthz/live",
        "/healthz%2Flive",
        "/healthz%20/live",
    ];
    for path in paths {
        assert_foreign(&server.get(path));
    }
    assert_hello(&server.get("/healthzz"));

    let server = serve(&below("/v1.0/healthz"), Mount::TOP);
    for path in ["/v1x0/healthz/live", "/v1.0/live", "/v1.0"] {
        assert_foreign(&server.get(path));
    }
}

/// Leaves the application's own routes as they are.
pub fn other_routes_are_untouched(serve: Serve) {
    for mount in [Mount::TOP, Mount::within(&["outer"])] {
        let server = serve(&live_and_down(), mount);
        assert_hello(&server.get("/hello"));
        assert_hello(&server.get("/hello?x=/healthz/live"));
        assert_ne!(server.ask("POST", "/hello").status(), 200);
    }
}

/// Leaves it to the framework to answer for paths that nobody serves.
pub fn unknown_paths_are_the_applications(serve: Serve) {
    for mount in [Mount::TOP, Mount::within(&["outer"])] {
        let server = serve(&live_and_down(), mount);
        for path in ["/", "/nowhere", "/nowhere/live", "/live", "/outer/"] {
            assert_foreign(&server.get(path));
        }
    }
}

fn below(prefix: &str) -> Registry {
    let builder = Registry::builder().prefix(prefix).liveness("live", []);
    builder.endpoint("down", fail).liveness("a b", []).build().unwrap()
}

/// Asserts a bit of everything below a base path.
#[track_caller]
fn assert_served(server: &Server, base: &str) {
    let mut connection = server.connect();
    let mut get = |tail: &str| connection.get(&format!("{base}{tail}"));
    assert_answer(&get("/live"), 200, PASSING);
    assert_answer(&get("/live?x=1"), 200, PASSING);
    assert_answer(&get("/%6Cive"), 200, PASSING);
    assert_answer(&get("/down"), 503, FAILING);
    for overview in ["", "?x", "/"] {
        assert_answer(&get(overview), 503, FAILING);
    }
    let unknown = [
        ("//", "/"),
        ("/x", "x"),
        ("/live/", "live/"),
        ("//live", "/live"),
        ("/a/b/c", "a/b/c"),
        ("/a%2Fb", "a/b"),
        ("/%%34%31", "%41"),
        ("/live/healthz/live", "live/healthz/live"),
    ];
    for (tail, name) in unknown {
        assert_answer(&get(tail), 404, &not_setup(name));
    }
    for tail in ["", "/", "/live", "/x/y"] {
        let response = connection.ask("POST", &format!("{base}{tail}"));
        assert_answer(&response, 405, "Method Not Allowed");
    }
    assert_foreign(&server.get(&format!("{base}z/live")));
}

/// Asserts what an endpoint says, with a query and without, and to a method that it does not take.
#[track_caller]
fn assert_one(server: &Server, path: &str, status: u16, title: &str) {
    assert_answer(&server.get(path), status, title);
    assert_answer(&server.get(&format!("{path}?x=1")), status, title);
    assert_eq!(server.ask("HEAD", path).status(), status);
    assert_answer(&server.ask("POST", path), 405, "Method Not Allowed");
}

#[track_caller]
fn assert_hello(response: &Response) {
    assert_eq!((response.status(), response.body()), (200, "hello"));
    assert_eq!(response.header("cache-control"), None);
    assert_eq!(response.header("x-content-type-options"), None);
}

/// Asserts that the framework said 404 in its own way.
#[track_caller]
fn assert_foreign(response: &Response) {
    assert_eq!(response.status(), 404);
    assert_ne!(response.header("content-type"), Some("application/problem+json"));
    assert_eq!(response.header("cache-control"), None);
    assert!(!response.body().contains("not setup"));
}
