//! The rules that a plan has to keep; each breach is a mistake that names the offender and the cure.

use std::{collections::BTreeSet, time::Duration};

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
        (Some(every), Some(max_age)) if !max_age.is_zero() && max_age < every => {
            mistakes.push(RegistryError::MaxAgeTooShort { check, max_age, every });
        }
        _ => {}
    }
}

/// The name of a check that is no endpoint's own.
pub(super) fn check_name(name: &str, config: &HealthzConfig) -> Option<RegistryError> {
    let alone = name.is_empty() && !config.endpoints.contains_key(name);
    alone.then_some(RegistryError::EmptyCheckName)
}

/// The settings of one endpoint.
pub(super) fn endpoint(
    name: &str,
    config: &EndpointConfig,
    plan: &Plan,
    mistakes: &mut Vec<RegistryError>,
) {
    if name.is_empty() {
        mistakes.push(RegistryError::EmptyEndpointName);
    }
    if name.contains('/') {
        mistakes.push(RegistryError::SlashInEndpointName { endpoint: name.to_owned() });
    }
    let own = config.budget;
    mistakes.extend(own.and_then(|it| budget(it, || Setting::of_endpoint(name, "budget"))));
    let mut seen = BTreeSet::new();
    for named in config.checks.iter().flatten() {
        let setting = || Setting::of_endpoint(name, "checks");
        if !plan.checks.contains_key(named) {
            let (check, known) = (named.clone(), plan.known_checks());
            mistakes.push(RegistryError::UnknownCheck { setting: setting(), check, known });
        } else if !seen.insert(named) {
            let check = named.clone();
            mistakes.push(RegistryError::RepeatedCheck { setting: setting(), check });
        }
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
