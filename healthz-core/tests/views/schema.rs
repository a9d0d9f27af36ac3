use healthz_core::PROBLEM_SCHEMA;
use serde_json::{Value, json};

use crate::support::{ask, builder};

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(PROBLEM_SCHEMA).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_problem_document_is_as_the_schema_says() {
    let (validator, registry) = (validator(), builder().starting().build().unwrap());
    for stage in 0..3 {
        for path in ["", "live", "ready", "down", "ready/database", "nope"] {
            for query in ["", "verbose", "verbose&exclude=database"] {
                let answer = ask(&registry, &format!("{path}?{query}")).await;
                let document: Value = serde_json::from_slice(answer.body()).unwrap();
                let mistakes: Vec<_> = validator.iter_errors(&document).collect();
                assert!(mistakes.is_empty(), "{path} {query}: {mistakes:?} {document}");
                assert_eq!(document["status"], answer.code());
                let verbose = document.get("checks").or(document.get("endpoints")).is_some();
                assert_eq!(verbose, !query.is_empty() && path != "nope", "{path} {query}");
            }
        }
        if stage == 0 { registry.mark_started() } else { registry.begin_drain() }
    }
}

#[test]
fn the_schema_refuses_what_is_none_of_ours() {
    let validator = validator();
    for other in [
        json!({}),
        json!({ "status": 200 }),
        json!({ "status": "UP", "title": "OK" }),
        json!({ "status": 200, "title": "OK", "cause": "secret" }),
        json!({ "status": 200, "title": "OK", "checks": [{ "name": "database" }] }),
        json!({ "status": 200, "title": "OK", "checks": [], "endpoints": [] }),
    ] {
        assert!(!validator.is_valid(&other), "{other}");
    }
}
