use healthz_core::{Registry, adapter::Request};
use healthz_test_support::Log;

use crate::support::{VIEWS, ask, body, builder, down, registry};

const OK: &str = r#"{"status": 200, "title": "OK"}"#;

fn not_setup(name: &str) -> String {
    format!(r#"{{"status": 404, "title": "The {name} check endpoint is not setup"}}"#)
}

#[tokio::test(start_paused = true)]
async fn the_overview_is_healthy_if_every_endpoint_is() {
    let all = ask(&registry(), "").await;
    assert_eq!((all.code(), &*body(&all)), (503, r#"{"status": 503, "title": "down"}"#));
    let well = Registry::builder().liveness("live", []).endpoint("ready", || Ok(())).build();
    let answer = ask(&well.unwrap(), "").await;
    assert_eq!((answer.code(), &*body(&answer), answer.is_healthy()), (200, OK, true));
}

#[tokio::test]
async fn the_overview_says_each_title_once() {
    let registry = Registry::builder()
        .check("one", down)
        .readiness("a", ["one"])
        .readiness("b", ["one"])
        .starting()
        .readiness("c", [])
        .endpoint("d", ["one"])
        .build()
        .unwrap();
    let expected = r#"{"status": 503, "title": "Starting; down"}"#;
    assert_eq!(body(&ask(&registry, "").await), expected);
}

#[tokio::test(start_paused = true)]
async fn the_overview_takes_no_longer_than_the_slowest_endpoint() {
    let begin = tokio::time::Instant::now();
    assert_eq!(ask(&registry(), "?verbose").await.code(), 503);
    assert_eq!(begin.elapsed(), healthz_core::DEFAULT_BUDGET);
}

#[tokio::test(start_paused = true)]
async fn one_check_alone_is_asked_alone() {
    let registry = registry();
    for (tail, code, expected) in [
        ("ready/database", 200, OK.to_owned()),
        ("down/broken", 503, r#"{"status": 503, "title": "down"}"#.into()),
        ("ready/search", 200, OK.into()),
        ("ready/%64atabase", 200, OK.into()),
        ("re%61dy/database", 200, OK.into()),
        ("ready/broken", 404, not_setup("ready/broken")),
        ("ready/", 404, not_setup("ready/")),
        ("ready/database/", 404, not_setup("ready/database/")),
        ("ready%2Fdatabase", 404, not_setup("ready/database")),
        ("ready/%2564atabase", 404, not_setup("ready/%64atabase")),
        ("live/database", 404, not_setup("live/database")),
        ("/ready", 404, not_setup("/ready")),
        ("/", 404, not_setup("/")),
    ] {
        let answer = ask(&registry, tail).await;
        assert_eq!((answer.code(), body(&answer)), (code, expected), "{tail}");
    }
    let runs = body(&ask(&registry, "?format=openmetrics").await);
    assert!(runs.contains(r#"healthz_check_runs_total{check="database",result="pass"} 3"#));
    assert!(!runs.contains(r#"healthz_check_runs_total{check="slow""#), "{runs}");
}

#[tokio::test]
async fn one_check_alone_follows_the_lifecycle_as_its_endpoint_does() {
    let registry = builder().starting().build().unwrap();
    let expected = r#"{"status": 503, "title": "Starting"}"#;
    assert_eq!(body(&ask(&registry, "ready/database").await), expected);
    registry.mark_started();
    assert_eq!(body(&ask(&registry, "ready/database").await), OK);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_name_is_404_in_every_view() {
    for view in VIEWS {
        let answer = ask(&registry(), &format!("nope?{view}")).await;
        assert_eq!((answer.code(), body(&answer)), (404, not_setup("nope")), "{view}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_view_of_every_path_says_the_same_status() {
    let registry = registry();
    for tail in ["", "live", "ready", "down", "ready/database", "down/broken"] {
        let expected = ask(&registry, tail).await;
        for view in &VIEWS[..7] {
            let answer = ask(&registry, &format!("{tail}?{view}")).await;
            assert_eq!(answer.code(), expected.code(), "{tail} {view}");
            assert_eq!(answer.is_healthy(), expected.is_healthy(), "{tail} {view}");
        }
    }
}

#[tokio::test]
async fn at_the_root_there_is_no_overview_and_every_endpoint_has_the_metrics() {
    let registry = Registry::builder()
        .prefix("")
        .check("database", || Ok(()))
        .liveness("livez", [])
        .readiness("readyz", ["database"])
        .build()
        .unwrap();
    assert!(registry.literal_paths().eq(["/livez", "/readyz", "/readyz/database"]));
    assert_eq!(registry.tail("readyz/database"), Some("readyz/database"));
    assert_eq!(registry.tail(""), None);
    assert_eq!(body(&ask(&registry, "").await), not_setup(""));
    assert_eq!(body(&ask(&registry, "readyz/database").await), OK);
    for tail in ["livez", "readyz", "readyz/database"] {
        let metrics = body(&ask(&registry, &format!("{tail}?format=openmetrics")).await);
        assert!(metrics.contains(r#"endpoint="livez""#) && metrics.ends_with("# EOF\n"));
    }
}

#[tokio::test]
async fn whatever_answers_may_be_a_probe() {
    let registry = registry();
    for path in ["/healthz", "/healthz/", "/healthz/ready", "/admin/healthz/ready/database"] {
        assert!(registry.may_be_probe("GET", path), "{path}");
    }
    for path in ["/", "/healthz/nope", "/healthz/ready/nope", "/healthz/ready/", "/healthz//"] {
        assert!(!registry.may_be_probe("GET", path), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn head_and_options_are_answered_as_get_is() {
    let registry = registry();
    for path in ["", "ready", "down/broken"] {
        for view in ["verbose", "format=text", "format=spring"] {
            let ask = |method| registry.respond(Request::new(method, path).query(Some(view)));
            let (get, head, options) = (ask("GET").await, ask("HEAD").await, ask("OPTIONS").await);
            assert_eq!((get.code(), get.headers()), (head.code(), head.headers()));
            assert_eq!(options.code(), get.code());
            assert!(options.headers().fields().iter().any(|(name, _)| *name == "allow"));
        }
    }
}

#[tokio::test]
async fn a_slash_after_an_endpoints_name_is_told_once() {
    let (log, _guard) = Log::capture();
    let registry = registry();
    for tail in ["nope/", "/", "ready//", "ready/database/", "re%61dy%2F"] {
        assert_eq!(ask(&registry, tail).await.code(), 404, "{tail}");
        assert_eq!(log.lines(), [""; 0], "{tail}");
    }
    for tail in ["re%61dy/", "ready/", "down/"] {
        assert_eq!(ask(&registry, tail).await.code(), 404, "{tail}");
    }
    let told = "WARN healthz: `ready/` was asked for; `ready` is an endpoint: mount the endpoints outside \
                of what appends slashes";
    assert_eq!(log.lines(), [told]);
}

#[tokio::test]
async fn a_name_forges_no_line_about_a_slash() {
    let (log, _guard) = Log::capture();
    let registry = Registry::builder().endpoint("a\nERROR \"b", || Ok(())).build().unwrap();
    assert_eq!(ask(&registry, "a%0AERROR%20%22b/").await.code(), 404);
    let lines = log.lines();
    assert!(lines.len() == 1 && lines[0].contains(r#"`a\nERROR \"b/` was asked"#), "{lines:?}");
}
