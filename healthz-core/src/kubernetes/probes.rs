use std::time::Duration;

use serde::Serialize;

use super::{KubernetesPort, KubernetesProbe};
use crate::{CheckConfig, DEFAULT_BUDGET, EndpointConfig, EndpointKind, HealthzConfig, Registry};

/// How long a container may take to start before it is restarted.
const STARTUP: Duration = Duration::from_secs(5 * 60);

/// The probes of a container; serialises to the part of the manifest that belongs into it.
///
/// Made by [`Registry::kubernetes_probes`].
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

impl Registry {
    /// Makes the probes that fit this registry, for the container's manifest; `port` is the name or
    /// number of the port that serves it.
    ///
    /// Each probe asks the endpoint of its kind, of several the first by name; of plain endpoints it
    /// takes one whose name says the kind (`live`, `ready`, `startup`). A probe without an endpoint is
    /// left out, but without a startup endpoint the startup probe asks the liveness endpoint.
    ///
    /// Kubelet waits for an answer 200 ms longer than the endpoint's budget, rounded up to seconds, and
    /// asks every 10 s for liveness (restarts after 3 failures), 5 s for readiness (out after 2) and 2 s
    /// for startup, which may take 5 minutes, or three times what its slowest check may take if that is
    /// more. The paths are those of a registry that is mounted at the root.
    ///
    /// ```
    /// use healthz_core::Registry;
    ///
    /// let registry = Registry::builder().liveness("live", []).readiness("ready", []).build()?;
    /// let probes = registry.kubernetes_probes("http");
    /// assert_eq!(
    ///     serde_json::to_value(&probes)?["readinessProbe"],
    ///     serde_json::json!({
    ///         "httpGet": { "path": "/healthz/ready", "port": "http" },
    ///         "periodSeconds": 5,
    ///         "timeoutSeconds": 1,
    ///         "failureThreshold": 2,
    ///     }),
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn kubernetes_probes(&self, port: impl Into<KubernetesPort>) -> KubernetesProbes {
        let (config, port) = (self.config(), port.into());
        let probe = |kind, period, failures| {
            let (name, endpoint) = endpoint(config, kind)?;
            let (at, budget) = ((self.prefix(), name), endpoint.budget.unwrap_or(DEFAULT_BUDGET));
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
    let (timeout, every) = (check.timeout.unwrap_or_default(), check.every.unwrap_or_default());
    timeout.saturating_add(every)
}
