//! Health endpoints for Rust services: define the checks once, serve them from any framework.
//!
//! This crate knows no framework. It holds the checks ([`Check`]), the [`Registry`] that serves them
//! under named endpoints, the engine that runs them, and the bytes that go over the wire. An adapter
//! (`healthz-axum`, `healthz-actix`, `healthz-warp`) hands a [`Request`] to [`Registry::respond`] and
//! copies the [`Answer`] out.
//!
//! ```
//! use healthz_core::{CheckExt, HealthError, Registry, check_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = Registry::builder()
//!     .check("database", check_fn(|| async { Ok(()) }))
//!     .check("cache", check_fn(|| async { Err(HealthError::new("cache is cold")) }).optional())
//!     .liveness("live", [])
//!     .readiness("ready", ["database", "cache"])
//!     .build()?;
//!
//! let report = registry.report("ready").await.ok_or("no such endpoint")?;
//! assert_eq!(report.code(), 200);
//! assert_eq!(report.title(), "OK");
//! assert!(report.checks()[1].status().is_warn());
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | Name | Description | Default? |
//! |---|---|---|
//! | `manifest` | `Registry::check_manifest`, with a YAML reader | no |
//! | `signal` | `Registry::shutdown_signal`, with tokio's `signal` | yes |

mod answer;
mod builder;
mod check;
mod check_blocking;
mod check_ext;
mod check_fn;
mod check_report;
mod config;
mod endpoint;
mod endpoint_kind;
mod engine;
mod header_set;
mod health_error;
mod kubernetes;
mod lifecycle;
mod nearest;
mod or_unhealthy;
mod policy;
mod prefix;
mod quiet;
mod registration;
mod registry;
mod registry_error;
mod report;
mod request;
mod status;
mod transition;
mod validate;
mod wire;

pub use async_trait::async_trait;

pub use answer::Answer;
pub use builder::RegistryBuilder;
pub use check::Check;
pub use check_blocking::{CheckBlocking, check_blocking};
pub use check_ext::CheckExt;
pub use check_fn::{CheckFn, check_fn};
pub use check_report::CheckReport;
pub use config::{CheckConfig, EndpointConfig, HealthzConfig};
pub use endpoint::Endpoint;
pub use endpoint_kind::EndpointKind;
pub use header_set::HeaderSet;
pub use health_error::HealthError;
#[cfg(feature = "manifest")]
pub use kubernetes::{Contradiction, ManifestError};
pub use kubernetes::{KubernetesPort, KubernetesProbe, KubernetesProbes};
pub use lifecycle::Lifecycle;
pub use lifecycle::drain::{DEFAULT_HOLD_LIMIT, KUBERNETES_DRAIN_DELAY};
pub use lifecycle::hold::Hold;
pub use or_unhealthy::OrUnhealthy;
pub use policy::{DEFAULT_BUDGET, DEFAULT_PREFIX, DEFAULT_TIMEOUT, MAX_BUDGET};
pub use quiet::is_quiet;
pub use registration::Registration;
pub use registry::Registry;
pub use registry_error::RegistryError;
pub use report::Report;
pub use request::Request;
pub use status::Status;
pub use transition::{Transition, TransitionKind};
