use std::time::Duration;

use crate::kubernetes::words::list;

/// A point on which a manifest could serve a registry better, and why.
///
/// `at` is the container and its workload in words, `probe` the field of the container.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Advice {
    /// The liveness probe asks an endpoint that runs checks.
    #[error(
        "{at}: the livenessProbe asks endpoint `{endpoint}`, which fails with {}: a restart cures no \
         dependency, and restarts every replica at once; leave out all that a restart does not cure",
        list(checks)
    )]
    #[non_exhaustive]
    LivenessAsksDependency {
        /// The container.
        at: String,
        /// The endpoint it asks.
        endpoint: String,
        /// The checks whose failure restarts the container.
        checks: Vec<String>,
    },

    /// The startup probe gives up before a start has to be over.
    #[error(
        "{at}: the startupProbe gives up after {seconds} s, and a start may take {allowance:?}: set \
         `failureThreshold` to {enough}"
    )]
    #[non_exhaustive]
    GivesUpEarly {
        /// The container.
        at: String,
        /// When it gives up.
        seconds: u64,
        /// What the printed probe allows: 5 minutes, or three times what the slowest check may
        /// take.
        allowance: Duration,
        /// The threshold that would do with the probe's own period.
        enough: u64,
    },

    /// The readiness probe is so seldom that the drain is over before it asks.
    #[error(
        "{at}: the readinessProbe asks every {period_seconds} s, and the drain delay is {delay:?}: the \
         service is gone before anybody sees it drain; set `periodSeconds` to {enough}, or `drain_delay` \
         to {period_seconds}s"
    )]
    #[non_exhaustive]
    DrainUnseen {
        /// The container.
        at: String,
        /// Its period, Kubernetes' default if it has none.
        period_seconds: u64,
        /// The drain delay in Kubernetes.
        delay: Duration,
        /// The period that would do.
        enough: u64,
    },

    /// A probe asks by other means than HTTP.
    #[error(
        "{at}: the {probe} is an `{handler}` probe, and nothing here can tell what that asks: use \
         `httpGet` with one of {}",
        list(known)
    )]
    #[non_exhaustive]
    Unread {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
        /// `exec`, `grpc` or `tcpSocket`.
        handler: &'static str,
        /// The paths there are.
        known: Vec<String>,
    },

    /// A probe asks over HTTPS, and nothing in the manifest says whether its port speaks TLS.
    #[error(
        "{at}: the {probe} asks over HTTPS: leave out `scheme` if the service does not speak TLS by \
         itself"
    )]
    #[non_exhaustive]
    HttpsUnsure {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
    },

    /// A container that does not look like this service's own asks for nearly the path of an
    /// endpoint.
    #[error(
        "{at}: the {probe} asks for `{path}`, which no endpoint serves: if that container is this \
         service, use `{near}`"
    )]
    #[non_exhaustive]
    NearMiss {
        /// The container.
        at: String,
        /// The probe.
        probe: &'static str,
        /// The path as given.
        path: String,
        /// The path of the endpoint.
        near: String,
    },
}
