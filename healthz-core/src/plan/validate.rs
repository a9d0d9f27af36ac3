//! The rules that a plan has to keep; each breach is a mistake that names the offender and the
//! cure.

use std::{collections::HashMap, time::Duration};

use crate::{
    check::policy::Policy,
    plan::{
        Plan, endpoint::MAX_BUDGET, endpoint_config::EndpointConfig, healthz_config::HealthzConfig,
        registry_error::RegistryError, setting::Setting,
    },
};

/// What the registry as a whole is told.
pub(super) fn registry(config: &HealthzConfig) -> impl Iterator<Item = RegistryError> {
    let budget = config.budget.and_then(|it| budget(it, || Setting::of_registry("budget")));
    let cache = config.cache.and_then(|it| zero(it.duration(), || Setting::of_registry("cache")));
    budget.into_iter().chain(cache)
}

/// The settings of one check.
pub(super) fn check(name: &str, policy: &Policy, mistakes: &mut Vec<RegistryError>) {
    let durations = [
        ("timeout", Some(policy.timeout)),
        ("cache", policy.cache),
        ("every", policy.every),
        ("max_age", policy.max_age),
    ];
    for (key, duration) in durations {
        mistakes.extend(zero(duration, || Setting::of_check(name, key)));
    }
    for (key, threshold) in
        [("fail_after", policy.fail_after), ("recover_after", policy.recover_after)]
    {
        if threshold == 0 {
            mistakes.push(RegistryError::ZeroThreshold { setting: Setting::of_check(name, key) });
        }
    }
    let check = name.to_owned();
    match (policy.every, policy.max_age) {
        (Some(_), _) if policy.cache.is_some() || policy.cache_failures.is_some() => {
            let cache = if policy.cache.is_some() { "cache" } else { "cache_failures" };
            mistakes.push(RegistryError::CachedBackground { check, cache });
        }
        (None, Some(_)) => mistakes.push(RegistryError::MaxAgeWithoutInterval { check }),
        (Some(every), Some(max_age)) if !max_age.is_zero() && max_age < policy.least_age(every) => {
            mistakes.push(RegistryError::MaxAgeTooShort {
                setting: Setting::of_check(name, "max_age"),
                max_age,
                least: policy.least_age(every),
                every,
                timeout: policy.timeout,
            });
        }
        _ => {}
    }
}

/// The name of a check that is no endpoint's own.
pub(super) fn check_name(name: &str, config: &HealthzConfig) -> Option<RegistryError> {
    let alone = name.is_empty() && !config.endpoints.contains_key(name);
    alone.then_some(RegistryError::EmptyCheckName)
}

/// The settings of one endpoint; returns the positions of the checks that it names.
pub(super) fn endpoint(
    name: &str,
    config: &EndpointConfig,
    known: &mut KnownChecks<'_>,
    mistakes: &mut Vec<RegistryError>,
) -> Vec<usize> {
    if name.is_empty() {
        mistakes.push(RegistryError::EmptyEndpointName);
    }
    if name.contains('/') {
        mistakes.push(RegistryError::SlashInEndpointName { endpoint: name.to_owned() });
    }
    let own = config.budget;
    mistakes.extend(own.and_then(|it| budget(it, || Setting::of_endpoint(name, "budget"))));
    known.begin();
    let mut positions = Vec::new();
    for check in config.checks.iter().flatten() {
        let (setting, check_name) = (|| Setting::of_endpoint(name, "checks"), || check.clone());
        match known.find(check) {
            Known::Once(position) => positions.push(position),
            Known::Again => {
                let (setting, check) = (setting(), check_name());
                mistakes.push(RegistryError::RepeatedCheck { setting, check });
            }
            Known::Not => {
                let (setting, check) = (setting(), check_name());
                let known = known.plan.known_checks();
                mistakes.push(RegistryError::UnknownCheck { setting, check, known });
            }
        }
    }
    positions
}

/// The checks that there are, by name: a table, because each of ten thousand endpoints may name
/// some.
pub(super) struct KnownChecks<'p> {
    plan: &'p Plan,
    positions: HashMap<&'p str, usize>,
    /// Which endpoint, counted from 1, has named the check at this position last.
    named_by: Vec<usize>,
    endpoint: usize,
}

enum Known {
    Not,
    Once(usize),
    Again,
}

impl<'p> KnownChecks<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let names = plan.checks.keys().map(String::as_str);
        let positions = names.enumerate().map(|(position, name)| (name, position)).collect();
        Self { plan, positions, named_by: vec![0; plan.checks.len()], endpoint: 0 }
    }

    /// Begins with the next endpoint.
    fn begin(&mut self) {
        self.endpoint += 1;
    }

    fn find(&mut self, name: &str) -> Known {
        let Some(&position) = self.positions.get(name) else { return Known::Not };
        if std::mem::replace(&mut self.named_by[position], self.endpoint) == self.endpoint {
            return Known::Again;
        }
        Known::Once(position)
    }
}

fn budget(budget: Duration, setting: impl FnOnce() -> Setting) -> Option<RegistryError> {
    if budget > MAX_BUDGET {
        return Some(RegistryError::BudgetTooLong { setting: setting(), budget });
    }
    zero(Some(budget), setting)
}

fn zero(duration: Option<Duration>, setting: impl FnOnce() -> Setting) -> Option<RegistryError> {
    let zero = duration.is_some_and(|duration| duration.is_zero());
    zero.then(|| RegistryError::ZeroDuration { setting: setting() })
}
