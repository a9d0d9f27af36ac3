//! What Kubernetes has to be told, and whether it was.

#[cfg(feature = "manifest")]
mod contradiction;
#[cfg(feature = "manifest")]
mod lint;
#[cfg(feature = "manifest")]
mod manifest;
#[cfg(feature = "manifest")]
mod manifest_error;
mod path;
mod port;
mod probe;
mod probes;

#[cfg(feature = "manifest")]
pub use contradiction::Contradiction;
#[cfg(feature = "manifest")]
pub use manifest_error::ManifestError;
pub use port::KubernetesPort;
pub use probe::KubernetesProbe;
pub use probes::KubernetesProbes;
