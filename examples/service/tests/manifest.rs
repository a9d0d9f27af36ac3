//! `examples/kubernetes.yaml` and the code say the same.

use std::{error::Error, time::Duration};

use example_service::{Config, Notes, registry};
use healthz_core::{EndpointKind, Registry, adapter::Request, config::HealthzConfig};
use serde_json::Value;

const MANIFEST: &str = include_str!("../../kubernetes.yaml");
const README: &str = include_str!("../../../README.md");

const PROBES: [(&str, EndpointKind); 3] = [
    ("startupProbe", EndpointKind::Startup),
    ("livenessProbe", EndpointKind::Liveness),
    ("readinessProbe", EndpointKind::Readiness),
];

fn service() -> Result<Registry, Box<dyn Error>> {
    let data = std::env::temp_dir();
    let config = Config {
        address: ([127, 0, 0, 1], 0).into(),
        data: data.clone(),
        database: format!("sqlite:{}/never-opened.sqlite?mode=rwc", data.display()),
        startup_delay: Duration::ZERO,
        healthz: HealthzConfig::default(),
    };
    Ok(registry(&config, &Notes::open(&config.database)?)?)
}

/// The document of a kind.
fn document(kind: &str) -> Result<Value, Box<dyn Error>> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(MANIFEST)?;
    let found = documents.into_iter().find(|document| document["kind"] == kind);
    Ok(found.ok_or(format!("there is no {kind}"))?)
}

fn seconds(value: &Value) -> Duration {
    Duration::from_secs(value.as_u64().unwrap_or_default())
}

#[tokio::test]
async fn every_probe_asks_the_endpoint_of_its_kind() -> Result<(), Box<dyn Error>> {
    let registry = service()?;
    let container = &document("Deployment")?["spec"]["template"]["spec"]["containers"][0];
    for (probe, kind) in PROBES {
        let get = &container[probe]["httpGet"];
        let path = get["path"].as_str().ok_or(format!("{probe} has no path"))?;
        let prefix = format!("{}/", registry.prefix());
        let endpoint = path.strip_prefix(&prefix).ok_or(format!("{path} is not below {prefix}"))?;
        assert_ne!(registry.respond(Request::new("GET", endpoint)).await.code(), 404, "{path}");
        assert_eq!(registry.to_config().endpoints[endpoint].kind, Some(kind), "{probe}");
        assert_eq!(get["port"], container["ports"][0]["name"], "{probe}");
    }
    Ok(())
}

/// The manifest, the README and `--print-probes` have the same numbers.
#[tokio::test]
async fn every_probe_is_the_printed_one() -> Result<(), Box<dyn Error>> {
    let printed = serde_json::to_value(service()?.kubernetes_probes("http"))?;
    let readme = README.split("```yaml\n").nth(1).and_then(|text| text.split("```").next());
    let readme: Value = serde_saphyr::from_str(readme.ok_or("README has no manifest")?)?;
    let manifest = &document("Deployment")?["spec"]["template"]["spec"];
    for (probe, _) in PROBES {
        assert!(printed[probe].is_object(), "{probe} is not printed");
        assert_eq!(manifest["containers"][0][probe], printed[probe], "examples/kubernetes.yaml");
        assert_eq!(readme["containers"][0][probe], printed[probe], "README.md");
    }
    Ok(())
}

#[tokio::test]
async fn every_probe_waits_longer_than_the_budget() -> Result<(), Box<dyn Error>> {
    let registry = service()?;
    let container = &document("Deployment")?["spec"]["template"]["spec"]["containers"][0];
    let config = registry.to_config();
    for (probe, _) in PROBES {
        let timeout = seconds(&container[probe]["timeoutSeconds"]);
        for endpoint in config.endpoints.values() {
            let budget = endpoint.budget.ok_or("no budget")?;
            assert!(timeout > budget, "{probe} waits {timeout:?}, an answer takes {budget:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_grace_period_is_longer_than_the_whole_end() -> Result<(), Box<dyn Error>> {
    let registry = service()?;
    let pod = &document("Deployment")?["spec"]["template"]["spec"];
    let grace = seconds(&pod["terminationGracePeriodSeconds"]);
    let end = registry.drain_delay_in_kubernetes() + registry.hold_limit() + registry.stop_limit();
    assert!(grace > end, "{grace:?} of grace for {end:?}");
    Ok(())
}

#[test]
fn the_service_finds_the_port_of_the_container() -> Result<(), Box<dyn Error>> {
    let container = &document("Deployment")?["spec"]["template"]["spec"]["containers"][0];
    let (port, target) = (&container["ports"][0], &document("Service")?["spec"]["ports"][0]);
    assert_eq!(target["targetPort"], port["name"]);
    let variables = container["env"].as_array().ok_or("no variables")?;
    let address = variables.iter().find(|variable| variable["name"] == "ADDRESS");
    let address = address.and_then(|address| address["value"].as_str()).ok_or("no address")?;
    assert!(address.ends_with(&format!(":{}", port["containerPort"])), "{address}");
    Ok(())
}
