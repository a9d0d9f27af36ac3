use crate::{
    config::{EndpointConfig, HealthzConfig},
    kubernetes::{
        contradiction::Contradiction,
        manifest::{Container, Probe, Workload, workloads},
        manifest_error::ManifestError,
        path::path,
        port::KubernetesPort,
        probe,
    },
    lifecycle::drain::{DEFAULT_HOLD_LIMIT, KUBERNETES_DRAIN_DELAY},
    plan::{
        endpoint::DEFAULT_BUDGET,
        endpoint_kind::EndpointKind,
        prefix::{DEFAULT_PREFIX, endpoint_name},
    },
};

/// Compares a manifest with a configuration in which nothing is left out.
pub(crate) fn lint(
    config: &HealthzConfig,
    yaml: &str,
) -> Result<Vec<Contradiction>, ManifestError> {
    let workloads = workloads(yaml)?;
    let lint = Lint { config };
    let mut ours: Vec<_> = workloads.iter().filter(|w| w.has(|p| lint.is_ours(p))).collect();
    if ours.is_empty() {
        ours = workloads.iter().filter(|workload| workload.has(|_| true)).collect();
    }
    if ours.is_empty() {
        return Ok(vec![Contradiction::NoProbe { known: lint.paths() }]);
    }
    Ok(ours.into_iter().flat_map(|workload| lint.workload(workload)).collect())
}

struct Lint<'a> {
    config: &'a HealthzConfig,
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
        let delay = self.config.drain_delay.unwrap_or(KUBERNETES_DRAIN_DELAY);
        let drain = delay.saturating_add(self.config.hold_limit.unwrap_or(DEFAULT_HOLD_LIMIT));
        let (grace_seconds, enough) = (workload.grace_seconds, probe::seconds(drain));
        let at = workload.name.clone();
        (grace_seconds < enough).then_some(Contradiction::GraceWithinDrain {
            at,
            grace_seconds,
            drain,
            enough,
        })
    }

    fn prefix(&self) -> &str {
        self.config.prefix.as_deref().unwrap_or(DEFAULT_PREFIX)
    }

    fn is_ours(&self, probe: &Probe) -> bool {
        self.tail(&probe.path).is_some()
    }

    /// What follows the prefix in a path.
    fn tail<'a>(&self, path: &'a str) -> Option<&'a str> {
        let path = path.split('?').next().unwrap_or(path);
        path.strip_prefix(self.prefix())?.strip_prefix('/')
    }

    fn asked(&self, path: &str) -> Option<(&str, &EndpointConfig)> {
        let name = endpoint_name(self.tail(path)?);
        let (name, endpoint) = self.config.endpoints.get_key_value(&*name)?;
        Some((name, endpoint))
    }

    fn paths(&self) -> Vec<String> {
        let endpoints = self.config.endpoints.keys();
        endpoints.map(|name| path(self.prefix(), name)).collect()
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
