use serde_json::Value;

use crate::kubernetes::{manifest_error::ManifestError, port::KubernetesPort};

/// What Kubernetes puts for a `terminationGracePeriodSeconds` that is left out.
const DEFAULT_GRACE: u64 = 30;
/// What it puts for a `timeoutSeconds` that is left out, or 0.
const DEFAULT_TIMEOUT: u64 = 1;
const PROBES: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];

/// Something that makes pods.
pub(super) struct Workload {
    pub(super) name: String,
    pub(super) grace_seconds: u64,
    pub(super) containers: Vec<Container>,
}

pub(super) struct Container {
    pub(super) name: String,
    pub(super) ports: Vec<String>,
    pub(super) probes: Vec<Probe>,
}

/// A probe over HTTP.
pub(super) struct Probe {
    pub(super) field: &'static str,
    pub(super) path: String,
    pub(super) port: KubernetesPort,
    pub(super) timeout_seconds: u64,
}

/// Finds every workload in the documents of a file.
///
/// Whether a document is what Kubernetes takes is not asked here: whatever has a pod or a pod's template
/// where they belong is a workload, custom resources included.
pub(super) fn workloads(yaml: &str) -> Result<Vec<Workload>, ManifestError> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(yaml)
        .map_err(|error| ManifestError::NotYaml(error.without_snippet().to_string()))?;
    let mut found = Vec::new();
    for document in &documents {
        collect(document, &mut found);
    }
    if found.is_empty() { Err(ManifestError::NoWorkload) } else { Ok(found) }
}

fn collect(document: &Value, found: &mut Vec<Workload>) {
    // `objects` is what an OpenShift template calls its items.
    for item in ["items", "objects"].iter().flat_map(|items| list(&document[*items])) {
        collect(item, found);
    }
    let pods = ["/spec", "/spec/template/spec", "/spec/jobTemplate/spec/template/spec"];
    let pod = pods.iter().filter_map(|path| document.pointer(path));
    if let Some(pod) = pod.into_iter().find(|pod| pod["containers"].is_array()) {
        found.push(Workload::read(document, pod));
    }
}

impl Workload {
    fn read(document: &Value, pod: &Value) -> Self {
        let kind = text(&document["kind"]);
        let name = format!("{kind} `{}`", text(&document["metadata"]["name"]));
        let containers = list(&pod["initContainers"]).chain(list(&pod["containers"]));
        Self {
            name,
            grace_seconds: pod["terminationGracePeriodSeconds"].as_u64().unwrap_or(DEFAULT_GRACE),
            containers: containers.map(Container::read).collect(),
        }
    }
}

impl Container {
    fn read(container: &Value) -> Self {
        let ports = list(&container["ports"]).filter_map(|port| port["name"].as_str());
        let probes = PROBES.into_iter().filter_map(|field| Probe::read(field, &container[field]));
        Self {
            name: text(&container["name"]),
            ports: ports.map(str::to_owned).collect(),
            probes: probes.collect(),
        }
    }
}

impl Probe {
    fn read(field: &'static str, probe: &Value) -> Option<Self> {
        let http = probe["httpGet"].as_object()?;
        let path = http.get("path").and_then(Value::as_str).filter(|path| !path.is_empty());
        let timeout = probe["timeoutSeconds"].as_u64().filter(|timeout| *timeout > 0);
        Some(Self {
            field,
            path: path.unwrap_or("/").into(),
            port: http.get("port").map(text).unwrap_or_default().into(),
            timeout_seconds: timeout.unwrap_or(DEFAULT_TIMEOUT),
        })
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
