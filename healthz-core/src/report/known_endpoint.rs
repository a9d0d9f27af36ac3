use std::sync::Arc;

use crate::{plan::endpoint_kind::EndpointKind, report::status::Status};

/// What is known of one endpoint without asking its checks.
///
/// ```
/// use healthz_core::{EndpointKind, Registry, Status};
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let known = registry.known();
/// let live = &known.endpoints()[0];
/// assert_eq!((live.name(), live.kind()), ("live", EndpointKind::Liveness));
/// assert_eq!((live.status(), live.title()), (Some(Status::Pass), "OK"));
/// # Ok::<(), healthz_core::RegistryError>(())
/// ```
#[derive(Debug, Clone)]
pub struct KnownEndpoint {
    pub(crate) name: Arc<str>,
    pub(crate) kind: EndpointKind,
    pub(crate) status: Option<Status>,
    pub(crate) title: String,
    pub(crate) checks: Vec<Arc<str>>,
}

impl KnownEndpoint {
    /// Returns the name under which the endpoint is served.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what the endpoint is asked for.
    #[must_use]
    pub fn kind(&self) -> EndpointKind {
        self.kind
    }

    /// Returns the status that the lifecycle and the last results add up to.
    ///
    /// `None` while it depends on a check that nobody has asked yet.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    /// Returns the title that goes with the status, as [`Report::title`](crate::Report::title)
    /// does; empty if the status is not known.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the names of the endpoint's checks, in the endpoint's own order.
    pub fn checks(&self) -> impl ExactSizeIterator<Item = &str> {
        self.checks.iter().map(AsRef::as_ref)
    }
}
