use std::mem;

use crate::{
    check::policy::Policy,
    config::{
        check_config::CheckConfig, endpoint_config::EndpointConfig, healthz_config::HealthzConfig,
    },
    plan::{endpoint::Endpoint, endpoint_kind::EndpointKind, registry_error::RegistryError},
    registry::builder::RegistryBuilder,
};

/// Lays the configuration over what the builder has; the mistakes are those that the result does not
/// show.
pub(crate) fn apply(
    mut config: HealthzConfig,
    builder: &mut RegistryBuilder,
    mistakes: &mut Vec<RegistryError>,
) {
    mistakes.append(&mut config.mistakes);
    if let Some(prefix) = config.prefix {
        builder.prefix = prefix;
    }
    builder.budget = config.budget.unwrap_or(builder.budget);
    builder.drain.delay = config.drain_delay.or(builder.drain.delay);
    builder.drain.hold_limit = config.hold_limit.unwrap_or(builder.drain.hold_limit);
    for (name, endpoint) in config.endpoints {
        mistakes.extend(apply_endpoint(name, endpoint, builder));
    }
    for (name, check) in config.checks {
        let registered = builder.checks.iter_mut().find(|(known, _)| *known == name);
        if let Some((_, registration)) = registered {
            apply_check(&check, &mut registration.policy);
        } else {
            let known = builder.checks.iter().map(|(known, _)| known.clone()).collect();
            mistakes.push(RegistryError::UnregisteredCheck { check: name, known });
        }
    }
}

fn apply_endpoint(
    name: String,
    config: EndpointConfig,
    builder: &mut RegistryBuilder,
) -> Option<RegistryError> {
    let EndpointConfig { kind, checks, budget } = config;
    let endpoints = &mut builder.endpoints;
    if let Some((_, known_kind, endpoint)) = endpoints.iter_mut().find(|(known, ..)| *known == name)
    {
        *known_kind = kind.unwrap_or(*known_kind);
        endpoint.checks = checks.unwrap_or_else(|| mem::take(&mut endpoint.checks));
        endpoint.budget = budget.or(endpoint.budget);
        return None;
    }
    let Some(checks) = checks else {
        let known = endpoints.iter().map(|(known, ..)| known.clone()).collect();
        return Some(RegistryError::EndpointWithoutChecks { endpoint: name, known });
    };
    let kind = kind.unwrap_or_else(|| EndpointKind::by_name(&name));
    endpoints.push((name, kind, Endpoint { budget, ..Endpoint::new(checks) }));
    None
}

fn apply_check(config: &CheckConfig, policy: &mut Policy) {
    *policy = Policy {
        optional: config.optional.unwrap_or(policy.optional),
        timeout: config.timeout.unwrap_or(policy.timeout),
        cache: config.cache.or(policy.cache),
        cache_failures: config.cache_failures.or(policy.cache_failures),
        every: config.every.or(policy.every),
        max_age: config.max_age.or(policy.max_age),
        fail_after: config.fail_after.unwrap_or(policy.fail_after),
        recover_after: config.recover_after.unwrap_or(policy.recover_after),
    };
}

/// Says what a builder that has no mistakes has.
pub(crate) fn effective(builder: &RegistryBuilder) -> HealthzConfig {
    let endpoint = |(name, kind, endpoint): &(String, EndpointKind, Endpoint)| {
        let config = EndpointConfig {
            kind: Some(*kind),
            checks: Some(endpoint.checks.clone()),
            budget: Some(endpoint.budget.unwrap_or(builder.budget)),
        };
        (name.clone(), config)
    };
    let check = |policy: &Policy| CheckConfig {
        optional: Some(policy.optional),
        timeout: Some(policy.timeout),
        cache: policy.cache,
        cache_failures: policy.cache_failures,
        every: policy.every,
        max_age: policy.max_age,
        fail_after: Some(policy.fail_after),
        recover_after: Some(policy.recover_after),
    };
    let checks = builder.checks.iter();
    HealthzConfig {
        prefix: Some(builder.prefix.clone()),
        budget: Some(builder.budget),
        drain_delay: builder.drain.delay,
        hold_limit: Some(builder.drain.hold_limit),
        endpoints: builder.endpoints.iter().map(endpoint).collect(),
        checks: checks
            .map(|(name, registered)| (name.clone(), check(&registered.policy)))
            .collect(),
        mistakes: Vec::new(),
    }
}
