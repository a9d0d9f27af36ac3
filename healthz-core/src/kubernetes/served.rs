use crate::{
    config::{EndpointConfig, HealthzConfig},
    kubernetes::{
        command::Target,
        manifest::{Asks, Probe},
        path::{as_asked, path},
    },
    plan::{
        endpoint_kind::EndpointKind,
        prefix::{DEFAULT_PREFIX, endpoint_name},
    },
    support::nearest::nearest,
};

/// The endpoints of a configuration under the paths that a prober asks for.
pub(super) struct Served<'a> {
    /// The outer path and the prefix.
    base: String,
    config: &'a HealthzConfig,
}

impl<'a> Served<'a> {
    pub(super) fn new(config: &'a HealthzConfig, outer: &str) -> Self {
        let prefix = config.prefix.as_deref().unwrap_or(DEFAULT_PREFIX);
        Self { base: format!("{outer}{prefix}"), config }
    }

    /// The paths of all endpoints, by name.
    pub(super) fn paths(&self) -> Vec<String> {
        self.config.endpoints.keys().map(|name| path(&self.base, name)).collect()
    }

    /// The paths of the endpoints of a kind.
    pub(super) fn paths_of(&self, kind: EndpointKind) -> Vec<String> {
        let endpoints = self.config.endpoints.iter();
        let of_kind = endpoints.filter(|(_, endpoint)| endpoint.kind == Some(kind));
        of_kind.map(|(name, _)| path(&self.base, name)).collect()
    }

    /// The endpoint that a probe asks.
    pub(super) fn endpoint(&self, probe: &Probe) -> Option<(&'a str, &'a EndpointConfig)> {
        let (name, endpoint) = match &probe.asks {
            Asks::Http { path, .. } | Asks::Command(Target::Path(path)) => self.by_path(path)?,
            Asks::Command(Target::Endpoint(name)) => self.config.endpoints.get_key_value(name)?,
            Asks::Unread(_) | Asks::Nothing => return None,
        };
        Some((name.as_str(), endpoint))
    }

    fn by_path(&self, path: &str) -> Option<(&'a String, &'a EndpointConfig)> {
        let path = as_asked(path);
        let tail = path.strip_prefix(&self.base)?.strip_prefix('/')?;
        self.config.endpoints.get_key_value(&*endpoint_name(tail))
    }

    /// Whether a probe asks something below the prefix, an endpoint or not. Without a prefix only an
    /// endpoint's own path tells.
    pub(super) fn covers(&self, probe: &Probe) -> bool {
        let below = |path: &str| {
            let tail = as_asked(path).strip_prefix(&self.base).map(|tail| tail.starts_with('/'));
            tail.unwrap_or_default() && !self.base.is_empty()
        };
        matches!(probe.asks, Asks::Command(_))
            || probe.path().is_some_and(below)
            || self.endpoint(probe).is_some()
    }

    /// The path of an endpoint that looks like a slip away from this path.
    pub(super) fn near(&self, path: &str) -> Option<String> {
        let known = self.paths();
        nearest(&as_asked(path), known.iter().map(String::as_str)).map(str::to_owned)
    }

    /// The checks whose failure makes the endpoint answer 503.
    pub(super) fn required(&self, endpoint: &EndpointConfig) -> Vec<String> {
        let is_required = |name: &&String| {
            let check = self.config.checks.get(*name);
            check.is_none_or(|check| check.optional != Some(true))
        };
        endpoint.checks.iter().flatten().filter(is_required).cloned().collect()
    }
}
