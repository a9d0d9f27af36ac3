use std::time::Duration;

use crate::{
    kubernetes::{
        manifest::LIVENESS,
        words::{list, meant},
    },
    plan::endpoint_kind::EndpointKind,
};

/// A point on which a manifest and a registry do not agree; its text says where, and what cures it.
///
/// `at` is the place in words: a container and its workload, or the workload. `probe` is the field
/// of the container, `livenessProbe` for one.
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

    /// A liveness or startup probe asks an endpoint that is 503 in the normal course of things, so
    /// that the container is restarted for nothing.
    #[error(
        "{at}: the {probe} asks endpoint `{endpoint}`, which answers 503 while the service {}, so that \
         it is restarted then: ask a {} endpoint",
        busy(probe, *kind),
        if *probe == LIVENESS { "liveness" } else { "startup" }
    )]
    #[non_exhaustive]
    RestartsForNothing {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
        /// The endpoint it asks.
        endpoint: String,
        /// The endpoint's kind, readiness or startup.
        kind: EndpointKind,
    },

    /// The readiness probe asks an endpoint that does not follow the drain, so that there is
    /// traffic until the end.
    #[error(
        "{at}: the readinessProbe asks the {} endpoint `{endpoint}`, which stays 200 while the service \
         {}: ask a readiness endpoint",
        in_words(*kind),
        if *kind == EndpointKind::Startup { "drains" } else { "starts and drains" }
    )]
    #[non_exhaustive]
    BlindToDrain {
        /// The container.
        at: String,
        /// The endpoint it asks.
        endpoint: String,
        /// The endpoint's kind, anything but readiness.
        kind: EndpointKind,
    },

    /// A container has no readiness probe, and the registry has an endpoint for it.
    #[error(
        "{at}: there is no readinessProbe, so that it has traffic while the service starts, drains or \
         misses a dependency: ask {}",
        list(known)
    )]
    #[non_exhaustive]
    NoReadiness {
        /// The container.
        at: String,
        /// The paths of the readiness endpoints.
        known: Vec<String>,
    },

    /// A container is killed before the drain has to be over.
    #[error(
        "{at}: it is killed {grace_seconds} s after {}: set `terminationGracePeriodSeconds` to \
         {enough}, and what the server's own stop takes on top",
        course(*pre_stop, *drain)
    )]
    #[non_exhaustive]
    GraceWithinDrain {
        /// The workload.
        at: String,
        /// The grace period, Kubernetes' default if the workload has none.
        grace_seconds: u64,
        /// How long the `preStop` hook sleeps before SIGTERM; zero without one.
        pre_stop: Duration,
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

    /// A probe names no port where Kubernetes does not fill one in.
    #[error("{at}: the {probe} names no port: {}", ports(known))]
    #[non_exhaustive]
    NoPort {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
        /// The names there are.
        known: Vec<String>,
    },

    /// A probe asks over HTTPS where the manifest says that the port speaks plain HTTP.
    #[error(
        "{at}: the {probe} asks over HTTPS, and port `{port}` speaks plain HTTP: leave out `scheme`, \
         or ask the port with TLS"
    )]
    #[non_exhaustive]
    HttpsOnPlainPort {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
        /// The port as given.
        port: String,
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

fn ports(known: &[String]) -> String {
    if known.is_empty() {
        "name it in its `ports`".into()
    } else {
        format!("use one of {}", list(known))
    }
}

fn busy(probe: &str, kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Startup => "starts",
        _ if probe == LIVENESS => "starts, drains or misses a dependency",
        _ => "misses a dependency",
    }
}

fn in_words(kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Liveness => "liveness",
        EndpointKind::Readiness => "readiness",
        EndpointKind::Startup => "startup",
        EndpointKind::Plain => "plain",
    }
}

/// What the grace period has to be enough for.
fn course(pre_stop: Duration, drain: Duration) -> String {
    if pre_stop.is_zero() {
        return format!("SIGTERM, and the drain may take {drain:?}");
    }
    format!(
        "its end begins, and the preStop hook sleeps {pre_stop:?} before a drain that may take \
         {drain:?}, which wait for the same (shorten one of them)"
    )
}
