#[cfg(feature = "manifest")]
use std::borrow::Cow;

use crate::{
    config::HealthzConfig,
    plan::prefix::{DEFAULT_PREFIX, encoded},
};

/// The path of an endpoint, as it is written into a request.
pub(super) fn path(base: &str, endpoint: &str) -> String {
    format!("{base}/{}", encoded(endpoint))
}

/// The prefix as it is put before an endpoint: empty for the root.
pub(super) fn base(config: &HealthzConfig) -> String {
    outer(config.prefix.as_deref().unwrap_or(DEFAULT_PREFIX))
}

/// A path as it is put before another: empty for the root.
pub(super) fn outer(given: &str) -> String {
    match given.trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    }
}

/// The path that kubelet asks for when a manifest says this, as our routes see it.
///
/// Kubelet parses the text as a URL (`FormatURL` in `pkg/probe/http/request.go`): a missing `/` is
/// added and a fragment is not sent. The query is sent, and the routes do not look at it.
#[cfg(feature = "manifest")]
pub(super) fn as_asked(given: &str) -> Cow<'_, str> {
    let path = given.split(['#', '?']).next().unwrap_or(given);
    if path.starts_with('/') { path.into() } else { format!("/{path}").into() }
}
