use crate::{
    config::{EndpointConfig, HealthzConfig},
    kubernetes::{
        command::Target,
        manifest::{Asks, Probe},
        path::{as_asked, base, path},
    },
    plan::{endpoint_kind::EndpointKind, prefix::endpoint_name},
    support::nearest::nearest,
};

/// The endpoints of a configuration under the paths that a prober asks for.
pub(super) struct Served<'a> {
    /// The path that the service mounts the registry at.
    outer: &'a str,
    prefix: String,
    config: &'a HealthzConfig,
}

impl<'a> Served<'a> {
    pub(super) fn new(config: &'a HealthzConfig, outer: &'a str) -> Self {
        Self { outer, prefix: base(config), config }
    }

    /// The paths of all endpoints, by name.
    pub(super) fn paths(&self) -> Vec<String> {
        self.paths_where(|_| true)
    }

    /// The paths of the endpoints of a kind.
    pub(super) fn paths_of(&self, kind: EndpointKind) -> Vec<String> {
        self.paths_where(|endpoint| endpoint.kind == Some(kind))
    }

    fn paths_where(&self, wanted: impl Fn(&EndpointConfig) -> bool) -> Vec<String> {
        let endpoints = self.config.endpoints.iter().filter(|(_, endpoint)| wanted(endpoint));
        let below = format!("{}{}", self.outer, self.prefix);
        let paths = endpoints.flat_map(|(name, endpoint)| {
            let own = endpoint.at.as_ref().map(|own| format!("{}{own}", self.outer));
            std::iter::once(path(&below, name)).chain(own)
        });
        paths.collect()
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
        let path = path.strip_prefix(self.outer)?;
        let mut endpoints = self.config.endpoints.iter();
        let own = endpoints.find(|(_, endpoint)| endpoint.at.as_deref() == Some(path));
        own.or_else(|| {
            let tail = path.strip_prefix(&self.prefix)?.strip_prefix('/')?;
            // At the root only the literal path is ours.
            let name = if self.prefix.is_empty() { tail.into() } else { endpoint_name(tail) };
            self.config.endpoints.get_key_value(&*name)
        })
    }

    /// Whether a probe asks something below the prefix, an endpoint or not. At the root only an
    /// endpoint's own path tells.
    pub(super) fn covers(&self, probe: &Probe) -> bool {
        let below = |path: &str| {
            let path = as_asked(path);
            let inner = path.strip_prefix(self.outer).filter(|_| !self.prefix.is_empty());
            let tail = inner.and_then(|inner| inner.strip_prefix(&self.prefix));
            tail.is_some_and(|tail| tail.starts_with('/'))
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
