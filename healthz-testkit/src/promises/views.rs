//! What readers get who ask for more than the status.

use healthz_core::{CheckExt, Details, Endpoint, HealthError, Registry, RegistryBuilder};
use serde_json::json;

use super::{FAILING, PASSING, assert_answer, fail, live_and_down, not_setup};
use crate::{FakeCheck, Mount, Response, Serve, Server};

const PROBLEM: &str = "application/problem+json";
const TEXT: &str = "text/plain; charset=utf-8";

/// The queries of all views but the default, and their content types.
const VIEWS: [(&str, &str); 7] = [
    ("verbose", PROBLEM),
    ("format=text", TEXT),
    ("format=health", "application/health+json"),
    ("format=spring", "application/vnd.spring-boot.actuator.v3+json"),
    ("format=aspnet", "application/json"),
    ("format=page", "text/html; charset=utf-8"),
    ("format=openmetrics", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
];

fn builder() -> RegistryBuilder {
    Registry::builder()
        .check("database", || Ok(()))
        .check("search", fail.optional())
        .check("a/b", fail)
        .liveness("live", [])
        .readiness("ready", ["database", "search"])
        .endpoint("down", ["database", "a/b"])
}

fn ask_with(server: &Server, path: &str, name: &str, value: &str) -> Response {
    server.connect().try_ask("GET", path, &[(name, value)]).unwrap()
}

/// Answers the prefix 200 if every endpoint passes, and else with the titles of those that do not.
pub fn overview_sums_up_every_endpoint(serve: Serve) {
    let check = FakeCheck::passing();
    let registry = Registry::builder().liveness("live", []).endpoint("ready", check.clone());
    let server = serve(&registry.build().unwrap(), Mount::TOP);
    for path in ["/healthz", "/healthz/", "/healthz?x=1", "/healthz/?x=1"] {
        assert_answer(&server.get(path), 200, PASSING);
    }
    let server = serve(&live_and_down(), Mount::TOP);
    for path in ["/healthz", "/healthz/"] {
        assert_answer(&server.get(path), 503, FAILING);
        let options = server.ask("OPTIONS", path);
        assert_eq!((options.status(), options.header("allow").is_some()), (503, true));
    }
}

/// Answers for one check alone, by its endpoint's name and its own.
pub fn one_check_alone_is_answered(serve: Serve) {
    let server = serve(&builder().build().unwrap(), Mount::TOP);
    for path in ["/healthz/ready/database", "/healthz/down/d%61tabase", "/healthz/ready/search?x"] {
        assert_answer(&server.get(path), 200, PASSING);
    }
    for path in ["/healthz/down/a%2Fb", "/healthz/down/a/b"] {
        assert_answer(&server.get(path), 503, FAILING);
    }
    for tail in ["ready/nowhere", "live/database", "ready/", "ready/database/", "nowhere/database"]
    {
        assert_answer(&server.get(&format!("/healthz/{tail}")), 404, &not_setup(tail));
    }
}

/// Adds the checks to the default view, and the endpoints to that of the overview.
pub fn verbose_adds_the_checks(serve: Serve) {
    let server = serve(&builder().build().unwrap(), Mount::TOP);
    let down = server.get("/healthz/down?verbose").json();
    assert_eq!((&down["status"], &down["title"]), (&json!(503), &json!(FAILING)));
    let of = |index: usize, key: &str| down["checks"][index][key].clone();
    assert_eq!((of(0, "name"), of(0, "status")), (json!("database"), json!("pass")));
    assert_eq!((of(1, "status"), of(1, "text")), (json!("fail"), json!(FAILING)));
    let overview = server.get("/healthz?verbose").json();
    let names = overview["endpoints"].as_array().unwrap().iter().map(|e| e["name"].clone());
    assert!(names.eq(["down", "live", "ready"]));
}

/// Writes Kubernetes' own lines as plain text.
pub fn text_has_a_line_per_check(serve: Serve) {
    let server = serve(&builder().build().unwrap(), Mount::TOP);
    let ready = server.get("/healthz/ready?format=text&verbose");
    let expected = format!("[+]database ok\n[~]search warning: {FAILING}\nready check passed\n");
    assert_eq!((ready.status(), ready.body()), (200, &*expected));
    let down = server.get("/healthz/down?format=text&exclude=nope");
    let expected = format!(
        "[+]database ok\n[-]a/b failed: {FAILING}\n[?]nope not excluded: there is no such check\n\
         down check failed\n"
    );
    assert_eq!((down.status(), down.body()), (503, &*expected));
}

/// Picks the view by `?format=`, and else by `Accept`.
pub fn view_is_chosen_by_format_and_then_by_accept(serve: Serve) {
    let server = serve(&builder().build().unwrap(), Mount::TOP);
    for (query, content_type) in VIEWS {
        for path in ["/healthz/ready", "/healthz"] {
            let path = format!("{path}?{query}");
            let response = ask_with(&server, &path, "accept", "text/plain;q=0.1");
            let expected = if query == "verbose" { TEXT } else { content_type };
            assert_eq!(response.header("content-type"), Some(expected), "{path}");
            assert_eq!(response.header("cache-control"), Some("no-store"), "{path}");
            assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(response.header("vary"), None, "{path}");
            let is_page = query == "format=page";
            assert_eq!(response.header("content-security-policy").is_some(), is_page, "{path}");
        }
    }
    for (accept, content_type) in [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", VIEWS[5].1),
        ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5", VIEWS[6].1),
        ("application/health+json;q=0.5, text/plain;q=0.4", VIEWS[2].1),
        ("text/plain;q=0.5, */*", PROBLEM),
    ] {
        let response = ask_with(&server, "/healthz/ready", "accept", accept);
        assert_eq!(response.header("content-type"), Some(content_type), "{accept}");
    }
}

/// Answers the same bytes whatever is unknown or malformed in `Accept` and `?format=`.
pub fn what_is_asked_for_changes_no_status(serve: Serve) {
    let server = serve(&builder().build().unwrap(), Mount::TOP);
    for path in ["/healthz/ready", "/healthz/down", "/healthz/nowhere", "/healthz"] {
        let expected = server.get(path);
        for accept in ["foo", "*/*", "application/json", "image/png", ";;,,/", "text/plain;q=9"] {
            let response = ask_with(&server, path, "accept", accept);
            assert_eq!(response.comparable_head(), expected.comparable_head(), "{path} {accept}");
            assert_eq!(response.body(), expected.body(), "{path} {accept}");
        }
        let response = server.get(&format!("{path}?format=nonsense"));
        assert_eq!(response.body(), expected.body(), "{path}");
        for (query, _) in &VIEWS[..6] {
            let response = server.get(&format!("{path}?{query}"));
            assert_eq!(response.status(), expected.status(), "{path} {query}");
        }
    }
}

/// Does not run a check that the reader leaves out, in any view.
pub fn excluded_check_does_not_run(serve: Serve) {
    let check = FakeCheck::passing();
    check.fail("down");
    let registry = Registry::builder()
        .check("database", || Ok(()))
        .check("a b", check.clone())
        .readiness("ready", ["database", "a b"])
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    for (query, _) in VIEWS {
        for path in ["/healthz/ready", "/healthz"] {
            let response = server.get(&format!("{path}?exclude=a+b&exclude=nope&{query}"));
            assert_eq!(response.status(), 200, "{path} {query}");
        }
    }
    assert_eq!(check.runs(), 0);
    assert_answer(&server.get("/healthz/ready?exclude=database"), 503, "down");
}

/// Sends the metrics with 200 whatever the health, and runs no check for them.
pub fn metrics_are_200_and_run_nothing(serve: Serve) {
    let check = FakeCheck::passing();
    let registry = Registry::builder().starting().readiness("ready", check.clone()).build();
    let server = serve(&registry.unwrap(), Mount::TOP);
    for path in ["/healthz", "/healthz/", "/healthz/ready"] {
        let response = server.get(&format!("{path}?format=openmetrics"));
        assert_eq!(response.status(), 200, "{path}");
        let lifecycle = "healthz_lifecycle{healthz_lifecycle=\"starting\"} 1\n";
        assert!(response.body().contains(lifecycle) && response.body().ends_with("# EOF\n"));
    }
    assert_eq!(check.runs(), 0);
}

/// Sends the head of GET in every view, and no body; the connection stays in step.
pub fn head_is_get_in_every_view(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let mut connection = server.connect();
    for (query, content_type) in VIEWS {
        for path in ["/healthz/live", "/healthz/nowhere"] {
            // These have no ages and durations in them, so that both are the same.
            let path = format!("{path}?{query}");
            let (get, head) = (connection.get(&path), connection.ask("HEAD", &path));
            assert_eq!(head.header("content-type"), get.header("content-type"));
            let known = query != "format=openmetrics" || path.contains("nowhere");
            if known {
                assert_eq!(head.content_length(), get.body().len(), "{path}");
            }
            if get.status() == 200 {
                assert_eq!(get.header("content-type"), Some(content_type));
            }
        }
    }
    assert_answer(&connection.get("/healthz/live"), 200, PASSING);
}

/// Links the page's names from the path that was asked for, wherever the routes are.
pub fn links_of_the_page_fit_the_path(serve: Serve) {
    let registry = Registry::builder()
        .check("database", || Ok(()))
        .endpoint("ready", Endpoint::new(["database"]).at("/readyz"))
        .build()
        .unwrap();
    for (mount, base) in [(Mount::TOP, ""), (Mount::within(&["outer"]), "/outer")] {
        let server = serve(&registry, mount);
        for (path, link) in [
            ("/healthz", Some("healthz/ready/database")),
            ("/healthz/", Some("ready/database")),
            ("/healthz/ready", Some("ready/database")),
            // Where the prefix is, seen from there, nobody tells.
            ("/readyz", None),
        ] {
            let page = server.get(&format!("{base}{path}?format=page"));
            let links: Vec<_> = page.body().split("<a href=\"").skip(1).collect();
            let to_check = links.iter().find_map(|link| Some(link.split_once("\">database")?.0));
            assert_eq!(to_check, link, "{base}{path}");
        }
    }
}

/// Shows details to those alone who may see them, by the header fields that came over the wire.
pub fn details_are_shown_to_whom_they_may_be(serve: Serve) {
    let details = Details::hook(|headers| headers.get("x-role") == Some(b"operator"));
    let registry = Registry::builder()
        .check("secretname", || Err(HealthError::new("secrettext")))
        .readiness("ready", ["secretname"])
        .details(details)
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    for path in ["/healthz/ready", "/healthz", "/healthz/ready/secretname"] {
        for query in ["", "verbose", "format=text", "format=health", "format=page"] {
            let path = format!("{path}?{query}");
            for (role, sees) in [("operator", true), ("guest", false)] {
                let response = ask_with(&server, &path, "x-role", role);
                assert_eq!(response.status(), 503, "{path}");
                assert_eq!(response.raw().contains("secret"), sees, "{path} {role}");
            }
        }
    }
    let hidden = server.get("/healthz/ready");
    assert_answer(&hidden, 503, "Service Unavailable");
}

/// Keeps every view but the page and the metrics below 8 KiB, and says how much is left out.
pub fn long_view_is_cut_below_8_kib(serve: Serve) {
    let names: Vec<String> = (0..100).map(|i| format!("check-{i}")).collect();
    let text = "Can't connect to the database: its server refuses every connection";
    let refused = move || Err(HealthError::new(text));
    let builder = Registry::builder();
    let builder = names.iter().fold(builder, |builder, name| builder.check(name, refused));
    let server = serve(&builder.readiness("ready", names).build().unwrap(), Mount::TOP);
    for (query, _) in &VIEWS[..5] {
        let response = server.get(&format!("/healthz/ready?{query}"));
        let body = response.body();
        assert!((6 * 1024..8 * 1024).contains(&body.len()), "{query}: {}", body.len());
        let said = ["omitted", " more\n", "left out"].iter().any(|word| body.contains(word));
        assert!(said, "{query}: {body}");
    }
    for query in ["format=page", "format=openmetrics"] {
        let response = server.get(&format!("/healthz/ready?{query}"));
        assert!(response.body().contains("check-99"), "{query}");
    }
}
