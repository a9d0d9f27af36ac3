//! What Kubernetes is told, and what a manifest is told that contradicts the registry.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod advice;
mod endpoints;
mod grace;
mod limits;
mod lint;
mod names;
mod ours;
mod outer;
mod probes;
mod round_trip;
mod shapes;

use healthz_core::{HealthError, Registry, config::HealthzConfig};

#[expect(clippy::unnecessary_wraps, reason = "it is a check")]
fn pass() -> Result<(), HealthError> {
    Ok(())
}

/// A registry with a check `database` and what the configuration says.
fn registry(config: &str) -> Registry {
    let config: HealthzConfig = toml::from_str(config).unwrap();
    Registry::builder().check("database", pass).config(config).build().unwrap()
}

/// A Deployment whose container has `probes` below it.
fn deployment(registry: &Registry, port: &str) -> String {
    let container = serde_json::json!({
        "name": "app",
        "image": "app:1",
        "ports": [{ "name": "http", "containerPort": 8000 }],
    });
    let mut container = container.as_object().unwrap().clone();
    let probes = serde_json::to_value(registry.kubernetes_probes(port)).unwrap();
    container.extend(probes.as_object().unwrap().clone());
    let drain = registry.drain_delay_in_kubernetes() + registry.hold_limit();
    let deployment = serde_json::json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "web" },
        "spec": {
            "selector": { "matchLabels": { "app": "web" } },
            "template": {
                "metadata": { "labels": { "app": "web" } },
                "spec": {
                    "terminationGracePeriodSeconds": drain.as_secs() + 1,
                    "containers": [container],
                },
            },
        },
    });
    serde_saphyr::to_string(&deployment).unwrap()
}
