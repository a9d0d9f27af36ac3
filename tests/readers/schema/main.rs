//! The default view, read by a JSON Schema validator that is not ours.

use std::{path::Path, process::Command};

use healthz_core::{CheckExt, HealthError, PROBLEM_SCHEMA, Registry, adapter::Request};
use healthz_readers::{can_run, is_missing, python, read};

#[tokio::test]
async fn jsonschema_takes_every_answer() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/validate.py");
    let found = can_run(python(), &["-c", "import jsonschema"]);
    if is_missing("jsonschema", found, "TEST_READERS", "pip install jsonschema") {
        return;
    }
    let fail = || Err(HealthError::new("caf\u{e9} \"\\\n down"));
    let registry = Registry::builder()
        .check("database", || Ok(()))
        .check("search", fail.optional())
        .check("broken", fail)
        .liveness("live", [])
        .readiness("ready", ["database", "search"])
        .endpoint("down", ["database", "broken"])
        .build()
        .unwrap();
    let mut documents = Vec::new();
    for method in ["GET", "POST"] {
        for tail in ["", "live", "ready", "down", "down/broken", "nope"] {
            for query in ["", "verbose", "verbose&exclude=broken"] {
                let request = Request::new(method, tail).query(Some(query));
                let answer = registry.respond(request).await;
                documents.push(String::from_utf8(answer.into_body().to_vec()).unwrap());
            }
        }
    }
    let text = format!("[{PROBLEM_SCHEMA}, [{}]]", documents.join(","));
    read(Command::new(python()).arg(here), &text);
}
