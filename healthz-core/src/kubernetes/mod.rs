//! What Kubernetes has to be told, and whether it was: pure functions of a configuration.
//!
//! ```text
//! HealthzConfig ──> probes ──> KubernetesProbes          (what belongs into a manifest)
//!
//! YAML ──> reader ──> manifest ──> ours ──> lint ──> Findings
//!          limits     workloads,   whose    rules    contradictions, advice
//!                     containers   container
//! ```
//!
//! `served` puts the endpoints of the configuration under the paths that a prober asks for,
//! `command` reads what a container's command waits for or asks. Nothing here knows a registry,
//! runs a check or touches the network, and whether Kubernetes takes a manifest is left to its
//! schemas.

#[cfg(feature = "manifest")]
pub(crate) mod advice;
#[cfg(feature = "manifest")]
mod command;
#[cfg(feature = "manifest")]
pub(crate) mod contradiction;
#[cfg(feature = "manifest")]
pub(crate) mod findings;
#[cfg(feature = "manifest")]
pub(crate) mod lint;
#[cfg(feature = "manifest")]
mod manifest;
#[cfg(feature = "manifest")]
pub(crate) mod manifest_error;
#[cfg(feature = "manifest")]
mod ours;
pub(crate) mod path;
pub(crate) mod port;
pub(crate) mod probe;
pub(crate) mod probes;
#[cfg(feature = "manifest")]
mod reader;
#[cfg(feature = "manifest")]
mod served;
#[cfg(feature = "manifest")]
mod words;

#[cfg(feature = "manifest")]
pub use crate::kubernetes::{
    advice::Advice, contradiction::Contradiction, findings::Findings, lint::ManifestLint,
    manifest_error::ManifestError,
};
pub use crate::kubernetes::{
    port::KubernetesPort, probe::KubernetesProbe, probes::KubernetesProbes,
};
