#[cfg(feature = "manifest")]
use crate::kubernetes::{contradiction::Contradiction, lint, manifest_error::ManifestError};
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
        probes::probes(self.config(), &port.into())
    }

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
    #[cfg(feature = "manifest")]
    pub fn check_manifest(&self, yaml: &str) -> Result<Vec<Contradiction>, ManifestError> {
        lint::lint(self.config(), yaml)
    }
}
