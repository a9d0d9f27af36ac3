//! Health endpoints for Rust services: define the checks once, serve them from any framework.
//!
//! This crate knows no framework. It holds the checks ([`Check`]), the [`Registry`] that serves them
//! under named endpoints, the engine that runs them, and the bytes that go over the wire. An adapter
//! (`healthz-axum`, `healthz-actix`, `healthz-warp`) hands an [`adapter::Request`] to [`Registry::respond`]
//! and copies the [`adapter::Answer`] out.
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
//! | `page` | The page for people, at `Accept: text/html` | yes |
//! | `signal` | `Registry::shutdown_signal`, with tokio's `signal` | yes |

mod check;
mod engine;
mod format;
mod lifecycle;
mod plan;
mod registry;
mod report;
mod support;
mod watchdog;
mod wire;

// Checks
pub use async_trait::async_trait;
pub use check::{
    Check,
    check_blocking::{CheckBlocking, check_blocking},
    check_ext::CheckExt,
    check_fn::{CheckFn, check_fn, check_with},
    health_error::HealthError,
    heartbeat::{Heartbeat, HeartbeatCheck, heartbeat},
    or_unhealthy::OrUnhealthy,
    policy::DEFAULT_TIMEOUT,
    registration::Registration,
};

// The registry
pub use lifecycle::{
    Lifecycle,
    drain::{DEFAULT_HOLD_LIMIT, DEFAULT_STOP_LIMIT, KUBERNETES_DRAIN_DELAY},
    hold::Hold,
    served::Served,
    stall::KnownRuntime,
};
pub use plan::{
    endpoint::{DEFAULT_BUDGET, Endpoint, MAX_BUDGET},
    endpoint_kind::EndpointKind,
    prefix::DEFAULT_PREFIX,
    registry_error::RegistryError,
    runtime_watch::{MIN_RUNTIME_WATCH, RuntimeWatch},
    setting::Setting,
};
#[cfg(feature = "manifest")]
pub use registry::flags::{FlagError, Flags};
pub use registry::{Registry, builder::RegistryBuilder, changes::Changes, weak::WeakRegistry};

// What was found
pub use report::{
    Report,
    check_report::CheckReport,
    known::Known,
    known_check::{KnownCheck, Runs, Transitions},
    known_endpoint::KnownEndpoint,
    past_transition::PastTransition,
    status::Status,
    transition::{Transition, TransitionKind},
};

pub use format::problem::PROBLEM_SCHEMA;

// Who may see it
pub use wire::details::{Details, DetailsHook, RequestHeaders};

pub mod config;
pub mod kubernetes;

/// What only the author of an adapter needs: a request handed in, an answer copied out.
pub mod adapter {
    pub use crate::{
        registry::responding::Responding,
        wire::{answer::Answer, header_set::HeaderSet, quiet::is_quiet, request::Request},
    };
}

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
