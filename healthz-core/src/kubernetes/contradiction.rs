use std::time::Duration;

use crate::{plan::endpoint_kind::EndpointKind, support::nearest::nearest};

/// A point on which a manifest and a registry do not agree; its text says where, and what cures it.
///
/// `at` is the place in words: a container and its workload, or the workload. `probe` is the field of
/// the container, `livenessProbe` for one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Contradiction {
    /// A probe asks for a path that no endpoint serves.
    #[error(
        "{at}: the {probe} asks for `{path}`, which no endpoint serves: use one of {}{}",
        list(known),
        meant(path, known)
    )]
    #[non_exhaustive]
    UnknownPath {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
        /// The path as given.
        path: String,
        /// The paths there are.
        known: Vec<String>,
    },

    /// A probe gives up before the endpoint has to answer.
    #[error(
        "{at}: the {probe} gives up after {timeout_seconds} s, and endpoint `{endpoint}` may take \
         {budget:?}: set `timeoutSeconds` to {enough}, or lower the budget"
    )]
    #[non_exhaustive]
    TimeoutWithinBudget {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
        /// The endpoint it asks.
        endpoint: String,
        /// Its timeout, Kubernetes' default if it has none.
        timeout_seconds: u64,
        /// The endpoint's budget.
        budget: Duration,
        /// The timeout that would do.
        enough: u64,
    },

    /// The liveness probe asks an endpoint that is 503 in the normal course of things, so that the
    /// container is restarted for nothing.
    #[error(
        "{at}: the livenessProbe asks endpoint `{endpoint}`, which answers 503 while the service \
         {}, so that it is restarted then: ask a liveness endpoint",
        busy(*kind)
    )]
    #[non_exhaustive]
    RestartsForNothing {
        /// The container.
        at: String,
        /// The endpoint it asks.
        endpoint: String,
        /// The endpoint's kind, readiness or startup.
        kind: EndpointKind,
    },

    /// The readiness probe asks a liveness endpoint, so that there is traffic while the service starts
    /// and drains.
    #[error(
        "{at}: the readinessProbe asks the liveness endpoint `{endpoint}`, which stays 200 while the \
         service starts and drains: ask a readiness endpoint"
    )]
    #[non_exhaustive]
    ReadyTooSoon {
        /// The container.
        at: String,
        /// The endpoint it asks.
        endpoint: String,
    },

    /// A container is killed before the drain has to be over.
    #[error(
        "{at}: it is killed {grace_seconds} s after SIGTERM, and the drain may take {drain:?}: set \
         `terminationGracePeriodSeconds` to {enough}, and what the server's own stop takes on top"
    )]
    #[non_exhaustive]
    GraceWithinDrain {
        /// The workload.
        at: String,
        /// The grace period, Kubernetes' default if the workload has none.
        grace_seconds: u64,
        /// The delay and the hold limit.
        drain: Duration,
        /// The grace period that would do.
        enough: u64,
    },

    /// A probe names a port that its container does not have.
    #[error(
        "{at}: the {probe} names port `{port}`, which the container does not have: {}",
        ports(known)
    )]
    #[non_exhaustive]
    UnknownPort {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
        /// The name as given.
        port: String,
        /// The names there are.
        known: Vec<String>,
    },

    /// No container has a probe over HTTP.
    #[error(
        "no container has a probe over HTTP, so nobody asks the endpoints: use one of {}",
        list(known)
    )]
    #[non_exhaustive]
    NoProbe {
        /// The paths there are.
        known: Vec<String>,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none, for the registry has no endpoint".into();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn meant(path: &str, known: &[String]) -> String {
    let nearest = nearest(path, known.iter().map(String::as_str));
    nearest.map(|nearest| format!(" (did you mean `{nearest}`?)")).unwrap_or_default()
}

fn ports(known: &[String]) -> String {
    if known.is_empty() {
        "name it in its `ports`".into()
    } else {
        format!("use one of {}", list(known))
    }
}

fn busy(kind: EndpointKind) -> &'static str {
    if kind == EndpointKind::Startup { "starts" } else { "starts, drains or misses a dependency" }
}
