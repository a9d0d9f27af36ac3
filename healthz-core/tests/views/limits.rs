use healthz_core::{HealthError, Registry};

use crate::support::{VIEWS, ask, body};

/// An endpoint of many checks, each failing with a long text.
fn crowd(checks: usize, text: &str) -> Registry {
    let names: Vec<String> = (0..checks).map(|i| format!("check \u{e9} {i}")).collect();
    let add = |builder: healthz_core::RegistryBuilder, name: &String| {
        let text = text.to_owned();
        builder.check(name, move || Err(HealthError::new(text.clone())))
    };
    let builder = names.iter().fold(Registry::builder(), add);
    builder.readiness("ready", names.clone()).endpoint("other", names).build().unwrap()
}

#[tokio::test]
async fn a_body_is_under_8_kib_and_says_how_much_is_left_out() {
    for text in ["down", &"\u{1f4a5}".repeat(5000), &"x\n".repeat(600)] {
        let registry = crowd(300, text);
        for tail in ["ready", ""] {
            for view in &VIEWS[..6] {
                let answer = ask(&registry, &format!("{tail}?{view}")).await;
                let length = answer.body().len();
                assert!(length < 8 * 1024, "{tail} {view}: {length}");
                if !view.is_empty() {
                    assert!(length > 6 * 1024, "{tail} {view}: {length}");
                }
            }
            let more = ["omitted", " more\n", "are left out", "are left out", "are left out"];
            for (view, word) in VIEWS[1..6].iter().zip(more) {
                let body = body(&ask(&registry, &format!("{tail}?{view}")).await);
                assert!(body.contains(word), "{tail} {view}: {body}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_shown_and_what_is_left_out_add_up() {
    let registry = crowd(300, "down");
    for (view, members) in [("health", "checks"), ("aspnet", "entries"), ("spring", "components")] {
        let answer = ask(&registry, &format!("ready?format={view}")).await;
        let document: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        let entries = document[members].as_object().unwrap();
        let last = entries["..."].to_string();
        let digits: String = last
            .split_once(" entries are left out")
            .unwrap()
            .0
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        let omitted: usize = digits.chars().rev().collect::<String>().parse().unwrap();
        assert_eq!(entries.len() - 1 + omitted, 300, "{view}");
    }
    let verbose = ask(&registry, "ready?verbose").await;
    let document: serde_json::Value = serde_json::from_slice(verbose.body()).unwrap();
    let checks = document["checks"].as_array().unwrap();
    let omitted = checks.last().unwrap()["omitted"].as_u64().unwrap();
    assert_eq!(checks.len() as u64 - 1 + omitted, 300);
    let text = body(&ask(&registry, "ready?format=text").await);
    let lines: Vec<_> = text.lines().collect();
    let expected = format!("... and {} more", 300 - (lines.len() - 2));
    assert_eq!(lines[lines.len() - 2], expected);
}

#[tokio::test]
async fn an_overview_of_many_endpoints_is_under_8_kib_too() {
    let add = |builder: healthz_core::RegistryBuilder, i| builder.liveness(format!("live-{i}"), []);
    let registry = (0..1000).fold(Registry::builder(), add).build().unwrap();
    for view in &VIEWS[..6] {
        let length = ask(&registry, &format!("?{view}")).await.body().len();
        assert!(length < 8 * 1024, "{view}: {length}");
    }
    let answer = ask(&registry, "?verbose").await;
    let document: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    let endpoints = document["endpoints"].as_array().unwrap();
    let omitted = endpoints.last().unwrap()["omitted"].as_u64().unwrap();
    assert_eq!(endpoints.len() as u64 - 1 + omitted, 1000);
}

#[tokio::test]
async fn a_name_without_end_makes_no_long_answer() {
    let name = "n\u{e9}".repeat(10_000);
    let registry = Registry::builder()
        .check(name.clone(), || Ok(()))
        .liveness(name.clone(), [name.clone()].to_vec())
        .service_id(name.clone())
        .version(name.clone())
        .release_id(name.clone())
        .description(name.clone())
        .build()
        .unwrap();
    for tail in ["", &name, &format!("{name}/{name}")] {
        for view in &VIEWS[..7] {
            let length = ask(&registry, &format!("{tail}?{view}")).await.body().len();
            let limit = if view.contains("page") { 300 } else { 8 };
            assert!(length < limit * 1024, "{view}: {length}");
        }
    }
}
