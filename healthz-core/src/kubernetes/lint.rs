use super::{
    Contradiction, KubernetesPort, ManifestError,
    manifest::{Container, Probe, Workload, workloads},
    path::path,
    probe,
};
use crate::{DEFAULT_BUDGET, EndpointConfig, EndpointKind, Registry, wire};

impl Registry {
    /// Compares a Kubernetes manifest with this registry and reports every [`Contradiction`].
    ///
    /// Takes the YAML of a Pod, a Deployment, a `DeploymentConfig` or anything else with a pod's
    /// template, several documents and lists included; documents without containers are passed over.
    /// Of several containers it compares those with a probe below the registry's prefix, and if there
    /// is none, all that have a probe over HTTP. The paths are those of a registry that is mounted at
    /// the root. Needs the feature `manifest`.
    ///
    /// # Errors
    /// If it is not YAML, or no document has containers.
    ///
    /// ```
    /// use healthz_core::Registry;
    ///
    /// let registry = Registry::builder().liveness("live", []).build()?;
    /// let pod = "
    /// kind: Pod
    /// metadata: { name: web }
    /// spec:
    ///   containers:
    ///     - name: app
    ///       livenessProbe: { httpGet: { path: /healthz/alive, port: 8000 } }
    /// ";
    /// assert_eq!(
    ///     registry.check_manifest(pod)?[0].to_string(),
    ///     "container `app` of Pod `web`: the livenessProbe asks for `/healthz/alive`, which no \
    ///      endpoint serves: use one of `/healthz/live` (did you mean `/healthz/live`?)",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_manifest(&self, yaml: &str) -> Result<Vec<Contradiction>, ManifestError> {
        let workloads = workloads(yaml)?;
        let lint = Lint { registry: self };
        let mut ours: Vec<_> = workloads.iter().filter(|w| w.has(|p| lint.is_ours(p))).collect();
        if ours.is_empty() {
            ours = workloads.iter().filter(|workload| workload.has(|_| true)).collect();
        }
        if ours.is_empty() {
            return Ok(vec![Contradiction::NoProbe { known: lint.paths() }]);
        }
        Ok(ours.into_iter().flat_map(|workload| lint.workload(workload)).collect())
    }
}

struct Lint<'a> {
    registry: &'a Registry,
}

impl Lint<'_> {
    fn workload(&self, workload: &Workload) -> Vec<Contradiction> {
        let is_ours = |container: &&Container| container.has(|probe| self.is_ours(probe));
        let mut containers: Vec<_> = workload.containers.iter().filter(is_ours).collect();
        if containers.is_empty() {
            containers = workload.containers.iter().collect();
        }
        let mut found = Vec::new();
        for container in containers {
            let at = format!("container `{}` of {}", container.name, workload.name);
            for probe in &container.probes {
                found.extend(self.endpoint(&at, probe));
                found.extend(port(&at, probe, &container.ports));
            }
        }
        found.extend(self.grace(workload));
        found
    }

    fn endpoint(&self, at: &str, probe: &Probe) -> Vec<Contradiction> {
        let at = at.to_owned();
        let Some((name, endpoint)) = self.asked(&probe.path) else {
            return vec![Contradiction::UnknownPath {
                at,
                probe: probe.field,
                path: probe.path.clone(),
                known: self.paths(),
            }];
        };
        let mut found = Vec::new();
        let budget = endpoint.budget.unwrap_or(DEFAULT_BUDGET);
        if u128::from(probe.timeout_seconds) * 1_000_000_000 <= budget.as_nanos() {
            found.push(Contradiction::TimeoutWithinBudget {
                at: at.clone(),
                probe: probe.field,
                endpoint: name.to_owned(),
                timeout_seconds: probe.timeout_seconds,
                budget,
                enough: probe::timeout(budget),
            });
        }
        let endpoint_name = name.to_owned();
        match (probe.field, endpoint.kind.unwrap_or(EndpointKind::Plain)) {
            ("livenessProbe", kind @ (EndpointKind::Readiness | EndpointKind::Startup)) => {
                found.push(Contradiction::RestartsForNothing { at, endpoint: endpoint_name, kind });
            }
            ("readinessProbe", EndpointKind::Liveness) => {
                found.push(Contradiction::ReadyTooSoon { at, endpoint: endpoint_name });
            }
            _ => {}
        }
        found
    }

    fn grace(&self, workload: &Workload) -> Option<Contradiction> {
        let delay = self.registry.drain_delay_in_kubernetes();
        let drain = delay.saturating_add(self.registry.hold_limit());
        let (grace_seconds, enough) = (workload.grace_seconds, probe::seconds(drain));
        let at = workload.name.clone();
        (grace_seconds < enough).then_some(Contradiction::GraceWithinDrain {
            at,
            grace_seconds,
            drain,
            enough,
        })
    }

    fn is_ours(&self, probe: &Probe) -> bool {
        self.tail(&probe.path).is_some()
    }

    /// What follows the prefix in a path.
    fn tail<'a>(&self, path: &'a str) -> Option<&'a str> {
        let path = path.split('?').next().unwrap_or(path);
        path.strip_prefix(self.registry.prefix())?.strip_prefix('/')
    }

    fn asked(&self, path: &str) -> Option<(&str, &EndpointConfig)> {
        let name = wire::endpoint_name(self.tail(path)?);
        let (name, endpoint) = self.registry.config().endpoints.get_key_value(&*name)?;
        Some((name, endpoint))
    }

    fn paths(&self) -> Vec<String> {
        let endpoints = self.registry.config().endpoints.keys();
        endpoints.map(|name| path(self.registry.prefix(), name)).collect()
    }
}

fn port(at: &str, probe: &Probe, known: &[String]) -> Option<Contradiction> {
    let KubernetesPort::Name(port) = &probe.port else { return None };
    (!known.contains(port)).then(|| Contradiction::UnknownPort {
        at: at.into(),
        probe: probe.field,
        port: port.clone(),
        known: known.to_vec(),
    })
}

impl Workload {
    fn has(&self, probe: impl Fn(&Probe) -> bool) -> bool {
        self.containers.iter().any(|container| container.has(&probe))
    }
}

impl Container {
    fn has(&self, probe: impl Fn(&Probe) -> bool) -> bool {
        self.probes.iter().any(probe)
    }
}
