use crate::support::{ask, ask_as, body, content_type, registry};

const PROBLEM: &str = "application/problem+json";
const PAGE: &str = "text/html; charset=utf-8";

#[tokio::test(start_paused = true)]
async fn nothing_in_accept_changes_a_default_answer_that_it_does_not_ask_for() {
    let registry = registry();
    for path in ["live", "ready", "down", "nope", ""] {
        let expected = ask(&registry, path).await;
        for accept in [
            "foo",
            "*/*",
            "application/json",
            "application/problem+json",
            "image/webp, */*;q=0.1",
            ";;;,,,///",
            "text/plain;q=",
            "application/xml",
            "\u{e9}",
        ] {
            let answer = ask_as(&registry, path, &[("accept", accept)]).await;
            assert_eq!(answer, expected, "{path} {accept}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_view_has_its_content_type() {
    for (format, accept, expected) in [
        ("nonsense", "application/json", PROBLEM),
        ("json", "application/problem+json", PROBLEM),
        ("text", "text/plain", "text/plain; charset=utf-8"),
        ("health", "application/health+json", "application/health+json"),
        ("page", "text/html", PAGE),
        (
            "openmetrics",
            "application/openmetrics-text;version=1.0.0",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        ),
        (
            "spring",
            "application/vnd.spring-boot.actuator.v3+json",
            "application/vnd.spring-boot.actuator.v3+json",
        ),
        ("aspnet", "*/*", "application/json"),
    ] {
        let asked = ask(&registry(), &format!("ready?format={format}")).await;
        assert_eq!(content_type(&asked), expected, "{format}");
        let accepted = ask_as(&registry(), "ready", &[("accept", accept)]).await;
        if format != "aspnet" {
            assert_eq!(content_type(&accepted), expected, "{accept}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_page_has_a_policy_and_no_answer_has_vary() {
    let registry = registry();
    for format in ["json", "text", "health", "openmetrics", "spring", "aspnet", "page"] {
        let answer = ask(&registry, &format!("?format={format}")).await;
        let names: Vec<_> = answer.headers().fields().iter().map(|(name, _)| *name).collect();
        let mut expected = vec!["content-type", "cache-control", "x-content-type-options"];
        expected.extend((format == "page").then_some("content-security-policy"));
        assert_eq!(names, expected, "{format}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_names_every_source_and_allows_no_other() {
    let answer = ask(&registry(), "?format=page").await;
    let policy = answer.headers().fields()[3].1;
    let sources: Vec<_> = policy.split("; ").collect();
    assert_eq!(sources[0], "default-src 'none'");
    for hash in &sources[1..3] {
        assert!(hash.contains("-src 'sha256-"), "{hash}");
    }
    let rest = ["connect-src 'self'", "base-uri 'none'", "form-action 'none'"];
    assert_eq!(sources[3..6], rest);
    assert!(!policy.contains("unsafe"));
    let page = body(&answer);
    assert_eq!(page.matches("<script>").count() + page.matches("<style>").count(), 2);
    assert!(!page.contains("style=\"") && !page.contains(" onclick"));
}
