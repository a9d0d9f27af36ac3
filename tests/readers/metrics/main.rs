//! The metrics, read by Prometheus and its tools and by prometheus-client.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod prometheus;

use std::{path::Path, process::Command};

use healthz_core::{CheckExt, HealthError, Registry, adapter::Request, check_fn};
use healthz_readers::{can_run, is_missing, python, read};

/// A registry with every kind of series, and names that have to be escaped.
fn registry() -> Registry {
    let hostile = "a \\ \"b\"\n{c=\"d\"} # \u{1f4a5} \u{e9}\r\t";
    Registry::builder()
        .check("database", || Ok(()))
        .check("search", (|| Err(HealthError::new("down"))).optional())
        .check(hostile, || Err(HealthError::warn("look")))
        .check("broken", check_fn(async || panic!("boom")))
        .check("never", || Ok(()))
        .liveness("live", [])
        .readiness("ready", ["database", "search", hostile])
        .endpoint("down", ["broken"])
        .endpoint("unasked", ["never"])
        .build()
        .unwrap()
}

async fn openmetrics(registry: &Registry) -> String {
    for endpoint in ["live", "ready", "down"] {
        assert!(registry.report(endpoint).await.is_some());
    }
    let scrape = Request::new("GET", "").query(Some("format=openmetrics"));
    String::from_utf8(registry.respond(scrape).await.into_body().to_vec()).unwrap()
}

#[tokio::test]
async fn prometheus_clients_parser_reads_every_series() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics/openmetrics.py");
    let found = can_run(python(), &["-c", "import prometheus_client"]);
    if is_missing("prometheus-client", found, "TEST_READERS", "pip install prometheus-client") {
        return;
    }
    let text = openmetrics(&registry()).await;
    read(Command::new(python()).arg(here), &text);
}

#[tokio::test]
async fn promtool_finds_nothing_in_what_is_appended() {
    if is_missing(
        "promtool",
        can_run("promtool", &["--version"]),
        "TEST_READERS",
        "apt install prometheus",
    ) {
        return;
    }
    let registry = registry();
    openmetrics(&registry).await;
    let own = "# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total 3\n";
    let text = [own, &registry.metrics()].concat();
    let output = read(Command::new("promtool").args(["check", "metrics"]), &text);
    assert_eq!(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()), "");
}

#[test]
fn promtool_takes_the_examples_and_their_alerts_fire() {
    if is_missing(
        "promtool",
        can_run("promtool", &["--version"]),
        "TEST_READERS",
        "apt install prometheus",
    ) {
        return;
    }
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/prometheus");
    for arguments in [
        ["check", "config", "prometheus.yml"],
        ["check", "rules", "alerts.yml"],
        ["test", "rules", "alerts_test.yml"],
    ] {
        read(Command::new("promtool").args(arguments).current_dir(&examples), "");
    }
}
