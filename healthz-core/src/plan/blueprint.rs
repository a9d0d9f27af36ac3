use std::{iter, mem, time::Duration};

use crate::{
    check::{
        check_config::CheckConfig, policy::Policy, registration::Registration, switch::Switch,
    },
    lifecycle::{
        Lifecycle,
        drain::{DEFAULT_HOLD_LIMIT, DEFAULT_STOP_LIMIT, Drain},
    },
    plan::{
        Plan,
        endpoint::DEFAULT_BUDGET,
        endpoint_config::EndpointConfig,
        endpoint_kind::EndpointKind,
        healthz_config::HealthzConfig,
        paths::Paths,
        prefix::{DEFAULT_PREFIX, Prefix},
        registry_error::RegistryError,
        runtime_watch::{MIN_RUNTIME_WATCH, RuntimeWatch},
        setting::Setting,
        validate,
    },
};

/// A plan without mistakes in which nothing is left open.
pub(crate) struct Blueprint {
    pub(crate) paths: Paths,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) drain: Drain,
    pub(crate) watch: Option<RuntimeWatch>,
    /// In the order of their names.
    pub(crate) checks: Vec<(String, Registration)>,
    pub(crate) endpoints: Vec<EndpointPlan>,
    /// The endpoints whose checks a configuration has taken away.
    pub(crate) emptied: Vec<String>,
    /// The same as a configuration.
    pub(crate) config: HealthzConfig,
}

/// One endpoint of a blueprint.
pub(crate) struct EndpointPlan {
    pub(crate) name: String,
    pub(crate) kind: EndpointKind,
    pub(crate) budget: Duration,
    /// The positions of its checks among those of the blueprint.
    pub(crate) checks: Vec<usize>,
}

impl Plan {
    /// Fills in what nobody said, and finds every mistake.
    ///
    /// # Errors
    /// The mistakes, at least one.
    pub(crate) fn parse(mut self) -> Result<Blueprint, Vec<RegistryError>> {
        let mut config = mem::take(&mut self.settings);
        let mut mistakes = mem::take(&mut config.mistakes);
        mistakes.extend(validate::registry(&config));
        if let Some(RuntimeWatch { bound, .. }) = self.watch
            && bound < MIN_RUNTIME_WATCH
        {
            mistakes.push(RegistryError::RuntimeWatchTooShort { bound });
        }
        let mut paths = Paths::new(prefix(&mut config, &mut mistakes));
        let budget = *config.budget.get_or_insert(DEFAULT_BUDGET);
        let hold_limit = *config.hold_limit.get_or_insert(DEFAULT_HOLD_LIMIT);
        let lifecycle = if self.starting { Lifecycle::Starting } else { Lifecycle::Running };
        let stop_limit = *config.stop_limit.get_or_insert(DEFAULT_STOP_LIMIT);
        let drain = Drain { delay: config.drain_delay, hold_limit, stop_limit };
        for (name, check) in &mut config.checks {
            inherit(check, config.cache);
            validate::check(name, &Policy::resolve(check), &mut mistakes);
        }
        mistakes.extend(self.checks.keys().find_map(|name| validate::check_name(name, &config)));
        let mut known = validate::KnownChecks::of(&self);
        let mut endpoints = Vec::with_capacity(config.endpoints.len());
        for (name, endpoint) in &mut config.endpoints {
            let checks = validate::endpoint(name, endpoint, &mut known, &mut mistakes);
            paths.add(name, endpoint.at.as_deref(), &mut mistakes);
            endpoints.push(EndpointPlan::resolve(name, endpoint, budget, checks));
        }
        for (name, endpoint) in &config.endpoints {
            paths.add_checks(name, endpoint.checks.as_deref().unwrap_or_default());
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        debug_assert!(self.checks.keys().eq(config.checks.keys()), "settings of what is no check");
        // Both are in the order of the names, and every setting of an unknown check was a mistake.
        let registration = |((name, check), config): (_, &CheckConfig)| {
            (name, Registration { check, config: config.clone() })
        };
        let checks = iter::zip(self.checks, config.checks.values()).map(registration).collect();
        let emptied = self.emptied;
        let watch = self.watch;
        Ok(Blueprint { paths, lifecycle, drain, watch, checks, endpoints, emptied, config })
    }
}

fn prefix(config: &mut HealthzConfig, mistakes: &mut Vec<RegistryError>) -> Prefix {
    let given = config.prefix.take().unwrap_or_else(|| DEFAULT_PREFIX.into());
    let prefix = Prefix::parse(&given).unwrap_or_else(|cure| {
        let setting = Setting::of_registry("prefix");
        mistakes.push(RegistryError::InvalidPath { setting, path: given, cure });
        Prefix::default()
    });
    config.prefix = Some(prefix.as_str().into());
    prefix
}

/// The registry's cache is that of every check that neither says anything of one nor runs in the
/// background.
fn inherit(check: &mut CheckConfig, cache: Option<Switch>) {
    if check.every.and_then(Switch::duration).is_none() {
        check.cache = check.cache.or(cache.filter(|cache| *cache != Switch::Off));
    }
}

impl EndpointPlan {
    fn resolve(
        name: &str,
        config: &mut EndpointConfig,
        budget: Duration,
        checks: Vec<usize>,
    ) -> Self {
        config.checks.get_or_insert_default();
        Self {
            name: name.into(),
            kind: *config.kind.get_or_insert_with(|| EndpointKind::by_name(name)),
            budget: *config.budget.get_or_insert(budget),
            checks,
        }
    }
}
