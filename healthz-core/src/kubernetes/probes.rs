use std::time::Duration;

use serde::Serialize;

use crate::{
    config::{CheckConfig, EndpointConfig, HealthzConfig, Switch},
    kubernetes::{
        path::{base, outer},
        port::KubernetesPort,
        probe::{self, KubernetesProbe},
    },
    plan::{endpoint::DEFAULT_BUDGET, endpoint_kind::EndpointKind},
};

/// How long a container may take to start before it is restarted.
const STARTUP: Duration = Duration::from_secs(5 * 60);
/// Seconds between two probes, unless one may take longer.
const STARTUP_PERIOD: u64 = 2;
const LIVENESS_PERIOD: u64 = 10;
const READINESS_PERIOD: u64 = 5;

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
    /// Puts a path before those of the probes, for a service that mounts the endpoints below
    /// another path: `/api` for `/api/healthz/ready`.
    ///
    /// ```
    /// use healthz_core::Registry;
    ///
    /// let registry = Registry::builder().liveness("live", []).build()?;
    /// let probes = registry.kubernetes_probes("http").below("/api");
    /// assert_eq!(probes.liveness().map(|probe| probe.path()), Some("/api/healthz/live"));
    /// # Ok::<(), healthz_core::RegistryError>(())
    /// ```
    #[must_use]
    pub fn below(self, path: impl AsRef<str>) -> Self {
        let outer = outer(path.as_ref());
        let below = |probe: Option<KubernetesProbe>| probe.map(|probe| probe.below(&outer));
        Self {
            startup: below(self.startup),
            liveness: below(self.liveness),
            readiness: below(self.readiness),
        }
    }

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
    let prefix = base(config);
    let probe = |kind, period, failures| {
        let (name, endpoint) = endpoint(config, kind)?;
        let (at, budget) = ((&*prefix, name), endpoint.budget.unwrap_or(DEFAULT_BUDGET));
        Some(KubernetesProbe::new(at, port.clone(), budget, period, failures))
    };
    let startup = probe(EndpointKind::Startup, STARTUP_PERIOD, 1)
        .or_else(|| probe(EndpointKind::Liveness, STARTUP_PERIOD, 1))
        .map(|probe| probe.lasting(startup_seconds(config)));
    KubernetesProbes {
        startup,
        liveness: probe(EndpointKind::Liveness, LIVENESS_PERIOD, 3),
        readiness: probe(EndpointKind::Readiness, READINESS_PERIOD, 2),
    }
}

/// How long a start may take: 5 minutes, or three times what its slowest check may take if that is
/// more, as far as Kubernetes counts (`int32`).
pub(super) fn startup_seconds(config: &HealthzConfig) -> u64 {
    let endpoint = endpoint(config, EndpointKind::Startup);
    let checks = endpoint.and_then(|(_, endpoint)| endpoint.checks.as_deref()).unwrap_or_default();
    let runs = checks.iter().filter_map(|check| config.checks.get(check)).map(one_run);
    let allowance = runs.max().unwrap_or_default().saturating_mul(3).max(STARTUP);
    probe::seconds(allowance).min(i32::MAX.unsigned_abs().into())
}

/// The period of the readiness probe, if there is one.
#[cfg(feature = "manifest")]
pub(super) fn readiness_period(config: &HealthzConfig) -> Option<u64> {
    let (_, endpoint) = endpoint(config, EndpointKind::Readiness)?;
    Some(probe::period_seconds(READINESS_PERIOD, endpoint.budget.unwrap_or(DEFAULT_BUDGET)))
}

/// The endpoint of this kind, or the plain one that is named for it. A plain endpoint is nothing
/// for readiness, because it does not follow the drain.
fn endpoint(config: &HealthzConfig, kind: EndpointKind) -> Option<(&str, &EndpointConfig)> {
    let of_kind = |(_, endpoint): &(&String, &EndpointConfig)| endpoint.kind == Some(kind);
    let by_name = |(name, endpoint): &(&String, &EndpointConfig)| {
        endpoint.kind == Some(EndpointKind::Plain)
            && kind != EndpointKind::Readiness
            && EndpointKind::by_name(name) == kind
    };
    let endpoints = || config.endpoints.iter();
    let found = endpoints().find(of_kind).or_else(|| endpoints().find(by_name));
    found.map(|(name, endpoint)| (name.as_str(), endpoint))
}

/// How long it may take from one result of a check to the next.
fn one_run(check: &CheckConfig) -> Duration {
    let every = check.every.and_then(Switch::duration);
    check.timeout.unwrap_or_default().saturating_add(every.unwrap_or_default())
}
