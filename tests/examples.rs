//! The examples are one service: nothing but the framework's own lines differs.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic as the test itself")]

use std::fs;

const FRAMEWORKS: [&str; 6] = ["axum", "actix", "warp", "poem", "ntex", "rocket"];

#[test]
fn no_framework_names_a_check_or_an_endpoint() {
    let registry = source("service/src/registry.rs");
    let names: Vec<&str> = registry.split('"').skip(1).step_by(2).collect();
    assert!(names.contains(&"database") && names.contains(&"ready"), "{names:?}");
    for framework in FRAMEWORKS {
        let main = source(&format!("{framework}/src/main.rs"));
        for name in &names {
            assert!(!main.contains(&format!("\"{name}\"")), "{framework} names `{name}`");
        }
        for word in ["healthz_core", "builder(", "check(", "liveness", "readiness", "prefix"] {
            assert!(!main.contains(word), "{framework} has `{word}`");
        }
    }
}

#[test]
fn every_framework_asks_the_service_for_the_same_things() {
    let asked = |framework: &str| {
        let main = source(&format!("{framework}/src/main.rs"));
        let calls = main.split("service.").skip(1).map(|rest| rest.split('(').next().unwrap());
        // Rocket takes no listener.
        let calls = calls.map(|call| if call == "address" { "listen" } else { call });
        let mut calls: Vec<String> = calls.map(str::to_owned).collect();
        calls.sort();
        calls.dedup();
        let routes = main.matches(&format!("healthz_{framework}::routes(")).count();
        assert_eq!(routes, 1, "{framework} mounts the endpoints in one place");
        calls
    };
    let [first, others @ ..] = FRAMEWORKS.map(asked);
    assert!(first.contains(&"registry".to_owned()), "{first:?}");
    for other in others {
        assert_eq!(first, other);
    }
}

fn source(file: &str) -> String {
    fs::read_to_string(format!("{}/../examples/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}
