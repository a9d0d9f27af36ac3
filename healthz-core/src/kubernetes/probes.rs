use std::time::Duration;

use serde::Serialize;

use crate::{
    config::{CheckConfig, EndpointConfig, HealthzConfig, Switch},
    kubernetes::{port::KubernetesPort, probe::KubernetesProbe},
    plan::{endpoint::DEFAULT_BUDGET, endpoint_kind::EndpointKind, prefix::DEFAULT_PREFIX},
};

/// How long a container may take to start before it is restarted.
const STARTUP: Duration = Duration::from_secs(5 * 60);

/// The probes of a container; serialises to the part of the manifest that belongs into it.
///
/// Made by [`Registry::kubernetes_probes`](crate::Registry::kubernetes_probes).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct KubernetesProbes {
    #[serde(rename = "startupProbe", skip_serializing_if = "Option::is_none")]
    startup: Option<KubernetesProbe>,
    #[serde(rename = "livenessProbe", skip_serializing_if = "Option::is_none")]
    liveness: Option<KubernetesProbe>,
    #[serde(rename = "readinessProbe", skip_serializing_if = "Option::is_none")]
    readiness: Option<KubernetesProbe>,
}

impl KubernetesProbes {
    /// Returns the probe that holds the other two back until the container has started.
    #[must_use]
    pub fn startup(&self) -> Option<&KubernetesProbe> {
        self.startup.as_ref()
    }

    /// Returns the probe whose failure restarts the container.
    #[must_use]
    pub fn liveness(&self) -> Option<&KubernetesProbe> {
        self.liveness.as_ref()
    }

    /// Returns the probe whose failure keeps traffic away from the pod.
    #[must_use]
    pub fn readiness(&self) -> Option<&KubernetesProbe> {
        self.readiness.as_ref()
    }
}

/// Makes the probes that fit a configuration in which nothing is left out.
pub(crate) fn probes(config: &HealthzConfig, port: &KubernetesPort) -> KubernetesProbes {
    let prefix = config.prefix.as_deref().unwrap_or(DEFAULT_PREFIX);
    let probe = |kind, period, failures| {
        let (name, endpoint) = endpoint(config, kind)?;
        let (at, budget) = ((prefix, name), endpoint.budget.unwrap_or(DEFAULT_BUDGET));
        Some(KubernetesProbe::new(at, port.clone(), budget, period, failures))
    };
    let startup = probe(EndpointKind::Startup, 2, 1)
        .or_else(|| probe(EndpointKind::Liveness, 2, 1))
        .map(|probe| probe.lasting(startup_allowance(config)));
    KubernetesProbes {
        startup,
        liveness: probe(EndpointKind::Liveness, 10, 3),
        readiness: probe(EndpointKind::Readiness, 5, 2),
    }
}

/// The endpoint of this kind, or the plain one that is named for it.
fn endpoint(config: &HealthzConfig, kind: EndpointKind) -> Option<(&str, &EndpointConfig)> {
    let of_kind = |(_, endpoint): &(&String, &EndpointConfig)| endpoint.kind == Some(kind);
    let by_name = |(name, endpoint): &(&String, &EndpointConfig)| {
        endpoint.kind == Some(EndpointKind::Plain) && EndpointKind::by_name(name) == kind
    };
    let endpoints = || config.endpoints.iter();
    let found = endpoints().find(of_kind).or_else(|| endpoints().find(by_name));
    found.map(|(name, endpoint)| (name.as_str(), endpoint))
}

fn startup_allowance(config: &HealthzConfig) -> Duration {
    let endpoint = endpoint(config, EndpointKind::Startup);
    let checks = endpoint.and_then(|(_, endpoint)| endpoint.checks.as_deref()).unwrap_or_default();
    let runs = checks.iter().filter_map(|check| config.checks.get(check)).map(one_run);
    runs.max().unwrap_or_default().saturating_mul(3).max(STARTUP)
}

/// How long it may take from one result of a check to the next.
fn one_run(check: &CheckConfig) -> Duration {
    let every = check.every.and_then(Switch::duration);
    check.timeout.unwrap_or_default().saturating_add(every.unwrap_or_default())
}
