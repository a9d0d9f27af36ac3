use std::time::SystemTime;

use crate::{
    lifecycle::{Lifecycle, stall::KnownRuntime},
    plan::endpoint_kind::EndpointKind,
    report::{known_check::KnownCheck, known_endpoint::KnownEndpoint},
};

/// What is known of every check and endpoint at one moment, without asking any of them.
///
/// Made by [`Registry::known`](crate::Registry::known). It runs no check and waits for none, so a
/// check that nobody has asked yet is known by its name alone.
///
/// ```
/// use healthz_core::{HealthError, Registry, Status};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let disk = || Err(HealthError::new("the disk is full"));
/// let registry = Registry::builder().check("disk", disk).readiness("ready", ["disk"]).build()?;
/// assert_eq!(registry.known().checks()[0].status(), None, "nobody has asked it yet");
///
/// registry.report("ready").await;
/// let known = registry.known();
/// assert_eq!(known.check("disk").and_then(|disk| disk.status()), Some(Status::Fail));
/// assert_eq!(known.endpoint("ready").map(|ready| ready.title()), Some("the disk is full"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Known {
    pub(crate) time: SystemTime,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) runtime: Option<KnownRuntime>,
    pub(crate) checks: Vec<KnownCheck>,
    pub(crate) endpoints: Vec<KnownEndpoint>,
}

impl Known {
    /// The same without the checks, their names and their texts.
    pub(crate) fn without_details(self) -> Self {
        let bare = |endpoint: KnownEndpoint| KnownEndpoint {
            title: String::new(),
            checks: Vec::new(),
            ..endpoint
        };
        let endpoints = self.endpoints.into_iter().map(bare).collect();
        Self { checks: Vec::new(), endpoints, ..self }
    }

    /// Returns the moment of which all this was true.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        self.time
    }

    /// Returns where the service stood between its start and its end.
    #[must_use]
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle
    }

    /// Returns how the runtimes are; `None` unless somebody
    /// [watches](crate::RegistryBuilder::watch_runtime) them.
    #[must_use]
    pub fn runtime(&self) -> Option<KnownRuntime> {
        self.runtime
    }

    /// Returns all checks, in the order of their names.
    #[must_use]
    pub fn checks(&self) -> &[KnownCheck] {
        &self.checks
    }

    /// Returns all endpoints, in the order of their names.
    #[must_use]
    pub fn endpoints(&self) -> &[KnownEndpoint] {
        &self.endpoints
    }

    /// Returns the endpoints that tell how the service stands as a whole: the readiness endpoint if
    /// there is exactly one, else all endpoints.
    ///
    /// For protocols that know one state of a service, such as gRPC's and systemd's.
    pub fn overall(&self) -> impl Iterator<Item = &KnownEndpoint> {
        let is_readiness = |endpoint: &&KnownEndpoint| endpoint.kind() == EndpointKind::Readiness;
        let one = self.endpoints.iter().filter(is_readiness).count() == 1;
        self.endpoints.iter().filter(move |endpoint| !one || is_readiness(endpoint))
    }

    /// Finds a check by its name.
    #[must_use]
    pub fn check(&self, name: &str) -> Option<&KnownCheck> {
        self.checks.iter().find(|check| check.name() == name)
    }

    /// Finds an endpoint by its name.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<&KnownEndpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.name() == name)
    }
}
