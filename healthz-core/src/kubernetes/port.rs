use std::fmt;

use serde::Serialize;

/// The port that kubelet asks: a name among the container's `ports`, or a number.
///
/// Exhaustive on purpose: Kubernetes knows these two (`IntOrString`).
///
/// ```
/// use healthz_core::{Registry, kubernetes::KubernetesPort};
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let probes = registry.kubernetes_probes("http");
/// assert_eq!(probes, registry.kubernetes_probes(KubernetesPort::Name("http".into())));
/// assert_ne!(probes, registry.kubernetes_probes(8000));
/// # Ok::<(), healthz_core::RegistryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum KubernetesPort {
    /// A port by its number.
    Number(u16),
    /// A port by its name, which survives a change of the number.
    Name(String),
}

impl fmt::Display for KubernetesPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

impl From<u16> for KubernetesPort {
    fn from(number: u16) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for KubernetesPort {
    /// Takes text that is a number for the number.
    fn from(port: &str) -> Self {
        port.parse().map_or_else(|_| Self::Name(port.into()), Self::Number)
    }
}

impl From<String> for KubernetesPort {
    /// As from `&str`.
    fn from(port: String) -> Self {
        port.as_str().into()
    }
}
