use std::time::Duration;

use serde_json::{Map, Value};

use crate::kubernetes::{
    command::{self, Target},
    manifest_error::ManifestError,
    port::KubernetesPort,
    reader,
};

/// What Kubernetes puts for a `terminationGracePeriodSeconds` that is left out.
const DEFAULT_GRACE: u64 = 30;
/// What it puts for a `timeoutSeconds` that is left out, or 0.
const DEFAULT_TIMEOUT: u64 = 1;
/// What it puts for a `periodSeconds` that is left out, or 0.
const DEFAULT_PERIOD: u64 = 10;
/// What it puts for a `failureThreshold` that is left out, or 0.
const DEFAULT_THRESHOLD: u64 = 3;

pub(super) const STARTUP: &str = "startupProbe";
pub(super) const LIVENESS: &str = "livenessProbe";
pub(super) const READINESS: &str = "readinessProbe";
const PROBES: [&str; 3] = [STARTUP, LIVENESS, READINESS];
/// The handlers of a probe that say nothing about an endpoint.
const UNREAD: [&str; 3] = ["exec", "grpc", "tcpSocket"];

/// Objects that hold text or a schema, in which a pod is no pod.
const DATA: [&str; 3] = ["ConfigMap", "Secret", "CustomResourceDefinition"];
/// Kubernetes' own kinds with pods: their probes must name a port. Others may fill it in.
const OWN_KINDS: [&str; 9] = [
    "Pod",
    "PodTemplate",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
];
/// The APIs of Knative and Cloud Run. They choose the port, the grace period and who gets traffic.
const SERVERLESS: [&str; 2] = ["serving.knative.dev/", "run.googleapis.com/"];

/// Something that makes pods.
pub(super) struct Workload {
    /// Its kind and name in words.
    pub(super) name: String,
    /// Seconds from the begin of its end to SIGKILL; `None` where the platform decides.
    pub(super) grace_seconds: Option<u64>,
    /// Whether readiness decides on its traffic: not so for jobs, nor where the platform decides.
    pub(super) has_traffic: bool,
    /// Whether its probes must name their ports.
    pub(super) needs_ports: bool,
    pub(super) containers: Vec<Container>,
}

pub(super) struct Container {
    /// `container` and its name, or its number.
    pub(super) name: String,
    /// The name alone; empty if it has none.
    pub(super) plain_name: String,
    /// Its image without tag and digest.
    pub(super) image: Option<String>,
    pub(super) ports: Vec<Port>,
    pub(super) probes: Vec<Probe>,
    /// How long its `preStop` hook sleeps.
    pub(super) pre_stop: Duration,
}

/// A port that a container names.
pub(super) struct Port {
    pub(super) name: String,
    pub(super) number: Option<u64>,
}

pub(super) struct Probe {
    pub(super) field: &'static str,
    pub(super) asks: Asks,
    pub(super) timeout_seconds: u64,
    pub(super) period_seconds: u64,
    pub(super) failure_threshold: u64,
    pub(super) initial_delay_seconds: u64,
}

/// Whom a probe asks for what.
pub(super) enum Asks {
    Http {
        path: String,
        port: Option<KubernetesPort>,
        https: bool,
    },
    /// By a probe command.
    Command(Target),
    /// By a handler of this name, which says nothing about an endpoint.
    Unread(&'static str),
    /// By none: the platform fills it in, or it is a part of a probe.
    Nothing,
}

/// Finds every workload in the documents of a file.
///
/// Whether a document is what Kubernetes takes is not asked here: whatever has an array of
/// containers is a workload, at any depth and of any kind.
pub(super) fn workloads(yaml: &str) -> Result<Vec<Workload>, ManifestError> {
    let mut found = Vec::new();
    for (document, number) in reader::documents(yaml)?.iter().zip(1..) {
        collect(document, &Owner::document(number), &mut found);
    }
    let probes = || found.iter().flat_map(|w| &w.containers).flat_map(|c| &c.probes);
    if probes().any(Probe::is_template) {
        return Err(reader::template(yaml));
    }
    if found.is_empty() { Err(ManifestError::NoWorkload) } else { Ok(found) }
}

/// The object that a pod belongs to: the innermost one around it that says its kind.
#[derive(Clone)]
struct Owner {
    document: usize,
    kind: String,
    api: String,
    name: String,
}

impl Owner {
    fn document(number: usize) -> Self {
        let name = format!("document {number}");
        Self { document: number, kind: String::new(), api: String::new(), name }
    }

    /// The object itself, if it says its kind and is not just a reference to one that does.
    fn within(&self, object: &Map<String, Value>) -> Option<Self> {
        let kind = object.get("kind").map(text).filter(|kind| !kind.is_empty())?;
        let parts = ["metadata", "spec", "template", "items", "objects", "data"];
        if !parts.iter().any(|part| object.contains_key(*part)) {
            return None;
        }
        let meta =
            |field| object.get("metadata").map(|meta| text(&meta[field])).unwrap_or_default();
        let name = match (meta("name"), meta("generateName")) {
            (name, _) if !name.is_empty() => format!("{kind} `{name}`"),
            (_, start) if !start.is_empty() => format!("{kind} with generateName `{start}`"),
            _ => format!("{kind} in document {}", self.document),
        };
        let api = object.get("apiVersion").map(text).unwrap_or_default();
        Some(Self { document: self.document, kind, api, name })
    }

    fn is_serverless(&self) -> bool {
        SERVERLESS.iter().any(|api| self.api.starts_with(api))
    }
}

fn collect(value: &Value, owner: &Owner, found: &mut Vec<Workload>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, owner, found)),
        Value::Object(object) => {
            let own = owner.within(object);
            let owner = own.as_ref().unwrap_or(owner);
            if DATA.contains(&&*owner.kind) {
                return;
            }
            found.extend(Workload::read(owner, object));
            let deeper = object.iter().filter(|(key, value)| !is_containers(key, value));
            deeper.for_each(|(_, value)| collect(value, owner, found));
        }
        _ => {}
    }
}

/// Whether this is an array of containers: by its key, or because its items are named and have
/// probes.
fn is_containers(key: &str, value: &Value) -> bool {
    let Some(items) = value.as_array().filter(|items| items.iter().any(Value::is_object)) else {
        return false;
    };
    let has_probe = |item: &Value| PROBES.iter().any(|probe| item[*probe].is_object());
    matches!(key, "containers" | "initContainers")
        || items.iter().all(|item| item["name"].is_string()) && items.iter().any(has_probe)
}

impl Workload {
    /// The pod that this object is, if it has containers.
    fn read(owner: &Owner, pod: &Map<String, Value>) -> Option<Self> {
        let arrays = pod.iter().filter(|(key, value)| is_containers(key, value));
        // Those that start first come first, as in the pod.
        let mut arrays: Vec<_> = arrays.collect();
        arrays.sort_by_key(|(key, _)| *key != "initContainers");
        let containers: Vec<_> = arrays
            .into_iter()
            .flat_map(|(_, value)| list(value).filter(|item| item.is_object()).zip(1..))
            .map(|(container, number)| Container::read(container, number))
            .collect();
        if containers.is_empty() {
            return None;
        }
        let serverless = owner.is_serverless();
        let field = |name: &str| pod.get(name).unwrap_or(&Value::Null);
        let grace = field("terminationGracePeriodSeconds").as_u64().unwrap_or(DEFAULT_GRACE);
        let restarts = !matches!(field("restartPolicy").as_str(), Some("Never" | "OnFailure"));
        Some(Self {
            name: owner.name.clone(),
            grace_seconds: (!serverless).then_some(grace),
            has_traffic: restarts && !serverless,
            needs_ports: !serverless && OWN_KINDS.contains(&&*owner.kind),
            containers,
        })
    }
}

impl Container {
    fn read(container: &Value, number: usize) -> Self {
        let plain_name = text(&container["name"]);
        let variable = list(&container["env"]).find(|variable| variable["name"] == "HEALTHZ_PROBE");
        let variable = variable.and_then(|variable| variable["value"].as_str());
        let probes =
            PROBES.into_iter().filter_map(|field| Probe::read(field, &container[field], variable));
        Self {
            name: if plain_name.is_empty() {
                format!("container {number}")
            } else {
                format!("container `{plain_name}`")
            },
            plain_name,
            image: container["image"].as_str().and_then(image),
            ports: list(&container["ports"]).filter_map(Port::read).collect(),
            probes: probes.collect(),
            pre_stop: pre_stop(&container["lifecycle"]["preStop"]),
        }
    }

    pub(super) fn port_names(&self) -> Vec<String> {
        self.ports.iter().map(|port| port.name.clone()).collect()
    }

    /// The number of a port that is given by its number or name.
    pub(super) fn number(&self, port: &KubernetesPort) -> Option<u64> {
        match port {
            KubernetesPort::Number(number) => Some(u64::from(*number)),
            KubernetesPort::Name(name) => self.ports.iter().find(|port| port.name == *name)?.number,
        }
    }
}

impl Port {
    fn read(port: &Value) -> Option<Self> {
        let name = text(&port["name"]);
        (!name.is_empty()).then(|| Self { name, number: port["containerPort"].as_u64() })
    }
}

impl Probe {
    fn read(field: &'static str, probe: &Value, variable: Option<&str>) -> Option<Self> {
        probe.as_object()?;
        let number = |name: &str, default| {
            probe[name].as_u64().filter(|number| *number > 0).unwrap_or(default)
        };
        Some(Self {
            field,
            asks: Asks::read(probe, variable),
            timeout_seconds: number("timeoutSeconds", DEFAULT_TIMEOUT),
            period_seconds: number("periodSeconds", DEFAULT_PERIOD),
            failure_threshold: number("failureThreshold", DEFAULT_THRESHOLD),
            initial_delay_seconds: number("initialDelaySeconds", 0),
        })
    }

    /// The path it asks for, as given.
    pub(super) fn path(&self) -> Option<&str> {
        match &self.asks {
            Asks::Http { path, .. } | Asks::Command(Target::Path(path)) => Some(path),
            _ => None,
        }
    }

    fn is_template(&self) -> bool {
        let port = match &self.asks {
            Asks::Http { port: Some(KubernetesPort::Name(port)), .. } => Some(port.as_str()),
            _ => None,
        };
        self.path().into_iter().chain(port).any(|text| text.contains("{{"))
    }
}

impl Asks {
    fn read(probe: &Value, variable: Option<&str>) -> Self {
        if let Some(http) = probe["httpGet"].as_object() {
            let field = |name: &str| http.get(name).map(text).filter(|text| !text.is_empty());
            return Self::Http {
                path: field("path").unwrap_or_else(|| "/".into()),
                port: field("port").map(Into::into),
                https: field("scheme").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")),
            };
        }
        if let Some(target) = command::target(&words(&probe["exec"]["command"]), variable) {
            return Self::Command(target);
        }
        let unread = UNREAD.into_iter().find(|handler| probe[*handler].is_object());
        unread.map_or(Self::Nothing, Self::Unread)
    }
}

fn pre_stop(hook: &Value) -> Duration {
    let sleep = hook["sleep"]["seconds"].as_u64().map(Duration::from_secs);
    sleep.unwrap_or_else(|| command::sleep(&words(&hook["exec"]["command"])))
}

/// An image's name without tag and digest.
fn image(image: &str) -> Option<String> {
    let image = image.split('@').next().unwrap_or(image);
    let start = image.rfind('/').map_or(0, |slash| slash + 1);
    let end = image[start..].find(':').map_or(image.len(), |colon| start + colon);
    (end > start).then(|| image[..end].to_owned())
}

fn words(command: &Value) -> Vec<&str> {
    list(command).filter_map(Value::as_str).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Text or a number as text; empty for anything else, which is none.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_named_without_its_tag_and_digest() {
        for (given, name) in [
            ("app", "app"),
            ("app:1.2", "app"),
            ("registry:5000/team/app", "registry:5000/team/app"),
            ("registry:5000/team/app:1", "registry:5000/team/app"),
            ("a/b@sha256:00", "a/b"),
            ("a/b:1@sha256:00", "a/b"),
        ] {
            assert_eq!(image(given).as_deref(), Some(name), "{given}");
        }
        for nameless in ["", ":1", "a/", "a/:1", "@sha256:00"] {
            assert_eq!(image(nameless), None, "{nameless}");
        }
    }
}
