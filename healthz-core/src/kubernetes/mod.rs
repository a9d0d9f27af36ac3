//! What Kubernetes has to be told, and whether it was.

#[cfg(feature = "manifest")]
pub(crate) mod contradiction;
#[cfg(feature = "manifest")]
pub(crate) mod lint;
#[cfg(feature = "manifest")]
mod manifest;
#[cfg(feature = "manifest")]
pub(crate) mod manifest_error;
pub(crate) mod path;
pub(crate) mod port;
pub(crate) mod probe;
pub(crate) mod probes;

#[cfg(feature = "manifest")]
pub use crate::kubernetes::{contradiction::Contradiction, manifest_error::ManifestError};
pub use crate::kubernetes::{
    port::KubernetesPort, probe::KubernetesProbe, probes::KubernetesProbes,
};
