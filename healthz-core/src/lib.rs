//! Health endpoints for Rust services: define the checks once, serve them from any framework.
//!
//! This crate knows no framework. It holds the checks ([`Check`]), the [`Registry`] that serves
//! them under named endpoints, the engine that runs them, and the bytes that go over the wire. An
//! adapter (`healthz-axum`, `healthz-actix`, `healthz-warp`) hands an [`adapter::Request`] to
//! [`Registry::respond`] and copies the [`adapter::Answer`] out.
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
//! # How do I ..
//!
//! | .. | |
//! |---|---|
//! | write a first check | a closure through [`check_fn`], one that owns a client through [`check_with`] |
//! | give a check a type of its own | [`#[async_trait] impl Check`](Check) |
//! | say what the world may read and what only the log may | [`HealthError`], [`OrUnhealthy`] |
//! | use one check in two endpoints | [`RegistryBuilder::check`] names it once; endpoints ask by its name, and a run is shared |
//! | treat a check that blocks its thread | [`check_blocking`] |
//! | treat a slow or expensive check | [`every`](CheckExt::every) in the background, [`cache`](CheckExt::cache), [`timeout`](CheckExt::timeout) |
//! | treat a check that flaps | [`fail_after`](CheckExt::fail_after), [`recover_after`](CheckExt::recover_after) |
//! | have a check that is pushed, not asked | [`heartbeat`] |
//! | warn without failing | [`HealthError::warn`] for a result, [`optional`](CheckExt::optional) for a check |
//! | use a pool under a check | `healthz_checks::ping(pool)`, or [`check_with`] with the pool |
//! | have a registry inside one of its own checks | [`WeakRegistry`] |
//! | let strangers reach an endpoint | [`RegistryBuilder::cache`], and [why](RegistryBuilder#endpoints-that-strangers-can-reach) |
//! | decide who may see names and texts | [`RegistryBuilder::details`] |
//! | give endpoints paths of their own, `/livez` | [`RegistryBuilder::prefix`], [`Endpoint::at`] |
//! | read the state from code | [`Registry::report`] runs the checks, [`Registry::known`] runs none, [`Registry::changes`] waits for a change |
//! | expose it to Prometheus | `/healthz` in the OpenMetrics format, or [`Registry::metrics`] appended to a `/metrics` of one's own |
//! | warm up before the first traffic | [`RegistryBuilder::starting`], [`Registry::first_results`], [`Registry::mark_started`] |
//! | drain before the end | [`Registry::shutdown_signal`] and [`Registry::serve`]; [`Registry::hold`] for work that must end first |
//! | run as process 1 of a container | the same: process 1 is not ended by a signal that nobody handles, and [`Registry::shutdown_signal`] handles SIGTERM and SIGINT |
//! | find a runtime that is stuck | [`RegistryBuilder::watch_runtime`] |
//! | be told of failures in code | [`RegistryBuilder::on_transition`] |
//! | configure checks from a file | [`config`] |
//! | check the manifests of Kubernetes | [`kubernetes`], and [`Registry::check_manifest`](Registry) with the feature `manifest` |
//! | test a check of one's own | [`Registry::report`] with tokio's paused time; `healthz_testkit::FakeCheck` for a service around it |
//! | build with `panic = "abort"` | a panic then ends the process, and nothing that is [promised of panics](Check#a-run) holds |
//! | write an adapter | [`adapter`], and the page of `healthz-testkit` |
//!
//! # Features
//!
//! | Name | Description | Default? |
//! |---|---|---|
//! | `manifest` | `Registry::check_manifest`, with a YAML reader | no |
//! | `page` | The page for people, at `Accept: text/html` | yes |
//! | `signal` | `Registry::shutdown_signal`, with tokio's `signal` | yes |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(feature = "signal"),
    allow(rustdoc::broken_intra_doc_links, reason = "there is no `shutdown_signal` to link to")
)]

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
        wire::{
            answer::Answer, aside::Aside, header_set::HeaderSet, quiet::is_quiet, request::Request,
        },
    };
}

/// The page in the registry, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
