use std::time::Duration;

use serde::Serialize;

use crate::kubernetes::{path::path, port::KubernetesPort};

/// What the way to the container and back may take on top of an endpoint's budget: what the default
/// budget leaves of kubelet's default timeout.
const ON_THE_WAY: Duration = Duration::from_millis(200);

/// One probe of a container's manifest; serialises to Kubernetes' `Probe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesProbe {
    http_get: HttpGet,
    period_seconds: u64,
    timeout_seconds: u64,
    failure_threshold: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct HttpGet {
    path: String,
    port: KubernetesPort,
}

impl KubernetesProbe {
    /// A probe of an endpoint, which fails for good after `failures` in a row.
    pub(super) fn new(
        (prefix, endpoint): (&str, &str),
        port: KubernetesPort,
        budget: Duration,
        period: u64,
        failures: u64,
    ) -> Self {
        let timeout = timeout(budget);
        Self {
            http_get: HttpGet { path: path(prefix, endpoint), port },
            period_seconds: period_seconds(period, budget),
            timeout_seconds: timeout,
            failure_threshold: failures,
        }
    }

    /// Lets it fail for at least these seconds before it fails for good.
    pub(super) fn lasting(mut self, allowance_seconds: u64) -> Self {
        self.failure_threshold = allowance_seconds.div_ceil(self.period_seconds).max(1);
        self
    }

    /// Puts a path before the one it asks for.
    pub(super) fn below(mut self, outer: &str) -> Self {
        self.http_get.path.insert_str(0, outer);
        self
    }

    /// Returns the path it asks for.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.http_get.path
    }

    /// Returns the port it asks.
    #[must_use]
    pub fn port(&self) -> &KubernetesPort {
        &self.http_get.port
    }

    /// Returns the seconds between two probes.
    #[must_use]
    pub fn period_seconds(&self) -> u64 {
        self.period_seconds
    }

    /// Returns the seconds after which kubelet gives up on an answer: more than the endpoint's
    /// budget.
    #[must_use]
    pub fn timeout_seconds(&self) -> u64 {
        self.timeout_seconds
    }

    /// Returns how many failed probes in a row count as a failure.
    #[must_use]
    pub fn failure_threshold(&self) -> u64 {
        self.failure_threshold
    }
}

/// The whole seconds that are enough for an endpoint with this budget, and for the way.
pub(super) fn timeout(budget: Duration) -> u64 {
    seconds(budget.saturating_add(ON_THE_WAY))
}

/// The seconds between two probes of an endpoint with this budget: none begins before the last
/// ended.
pub(super) fn period_seconds(period: u64, budget: Duration) -> u64 {
    period.max(timeout(budget))
}

/// Rounds up to whole seconds.
pub(super) fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}
