#[cfg(feature = "manifest")]
use crate::kubernetes::{findings::Findings, lint::ManifestLint, manifest_error::ManifestError};
use crate::{
    kubernetes::{
        port::KubernetesPort,
        probes::{self, KubernetesProbes},
    },
    registry::Registry,
};

impl Registry {
    /// Makes the probes that fit this registry, for the container's manifest; `port` is the name or
    /// number of the port that serves it.
    ///
    /// Each probe asks the endpoint of its kind, of several the first by name. For liveness and
    /// startup a plain endpoint does, too, if its name says the kind (`live`, `startup`); for
    /// readiness it does not, because a plain endpoint stays 200 while the service drains. A probe
    /// without an endpoint is left out, but without a startup endpoint the startup probe asks the
    /// liveness endpoint.
    ///
    /// Kubelet waits for an answer 200 ms longer than the endpoint's budget, rounded up to seconds,
    /// and asks every 10 s for liveness (restarts after 3 failures), 5 s for readiness (out after
    /// 2) and 2 s for startup, which may take 5 minutes, or three times what its slowest check may
    /// take if that is more. The paths are those of a registry that is mounted at the root; for
    /// another place there is [`KubernetesProbes::below`].
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
        probes::probes(self.config(), &port.into())
    }

    /// Compares a Kubernetes manifest with this registry and reports every contradiction, and
    /// advice apart from them.
    ///
    /// Takes the YAML of anything with containers in it, several documents and lists included. The
    /// paths are those of a registry that is mounted at the root;
    /// [`manifest_lint`](Self::manifest_lint) can be told another place. [`ManifestLint`] says what
    /// is read, whose containers are compared, and what is not looked at. Needs the feature
    /// `manifest`.
    ///
    /// # Errors
    /// If it is not YAML, is a template, is over one of the limits of [`ManifestLint::check`], or
    /// has no containers.
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
    /// let findings = registry.check_manifest(pod)?;
    /// assert_eq!(
    ///     findings.contradictions()[0].to_string(),
    ///     "container `app` of Pod `web`: the livenessProbe asks for `/healthz/alive`, which no \
    ///      endpoint serves: use one of `/healthz/live` (did you mean `/healthz/live`?)",
    /// );
    /// assert_eq!(findings.advice(), []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "manifest")]
    pub fn check_manifest(&self, yaml: &str) -> Result<Findings, ManifestError> {
        self.manifest_lint().check(yaml)
    }

    /// Returns what compares manifests with this registry, for a service that mounts the endpoints
    /// below another path. Needs the feature `manifest`.
    ///
    /// ```
    /// use healthz_core::Registry;
    ///
    /// let registry = Registry::builder().liveness("live", []).build()?;
    /// let lint = registry.manifest_lint().below("/api");
    /// assert!(lint.check("kind: Pod").is_err(), "there is no container in it");
    /// # Ok::<(), healthz_core::RegistryError>(())
    /// ```
    #[cfg(feature = "manifest")]
    #[must_use]
    pub fn manifest_lint(&self) -> ManifestLint {
        ManifestLint::new(self.to_config(), self.drain_delay_in_kubernetes())
    }
}
