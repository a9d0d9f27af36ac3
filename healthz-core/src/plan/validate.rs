use std::{collections::BTreeSet, time::Duration};

use crate::{
    check::{policy::Policy, registration::Registration},
    plan::{
        endpoint::{Endpoint, MAX_BUDGET},
        prefix,
        registry_error::RegistryError,
    },
    registry::builder::RegistryBuilder,
};

/// Lists every mistake in what the builder holds, whose endpoints have no checks of their own any more.
pub(crate) fn validate(builder: &RegistryBuilder) -> Vec<RegistryError> {
    let mut mistakes = Vec::new();
    mistakes.extend(prefix::validate(&builder.prefix).err());
    mistakes.extend(budget("the registry", builder.budget));

    let mut known = Vec::new();
    for (name, Registration { policy, .. }) in &builder.checks {
        if known.contains(name) {
            mistakes.push(RegistryError::DuplicateCheck { check: name.clone() });
        } else {
            known.push(name.clone());
        }
        validate_policy(name, policy, &mut mistakes);
    }
    let unnamed_endpoint = builder.endpoints.iter().any(|(name, ..)| name.is_empty());
    if known.iter().any(String::is_empty) && !unnamed_endpoint {
        mistakes.push(RegistryError::EmptyCheckName);
    }

    let mut seen = BTreeSet::new();
    for (name, _, endpoint) in &builder.endpoints {
        if !seen.insert(name) {
            mistakes.push(RegistryError::DuplicateEndpoint { endpoint: name.clone() });
        }
        validate_endpoint(name, endpoint, &known, &mut mistakes);
    }
    mistakes
}

fn validate_endpoint(
    name: &str,
    endpoint: &Endpoint,
    known: &[String],
    mistakes: &mut Vec<RegistryError>,
) {
    if name.is_empty() {
        mistakes.push(RegistryError::EmptyEndpointName);
    }
    if name.contains('/') {
        mistakes.push(RegistryError::SlashInEndpointName { endpoint: name.into() });
    }
    mistakes.extend(endpoint.budget.and_then(|own| budget(name, own)));
    for (i, check) in endpoint.checks.iter().enumerate() {
        let (endpoint_name, check_name) = (name.to_owned(), check.clone());
        if !known.contains(check) {
            let known = known.to_vec();
            mistakes.push(RegistryError::UnknownCheck {
                endpoint: endpoint_name,
                check: check_name,
                known,
            });
        } else if endpoint.checks[..i].contains(check) {
            mistakes
                .push(RegistryError::RepeatedCheck { endpoint: endpoint_name, check: check_name });
        }
    }
}

fn budget(name: &str, budget: Duration) -> Option<RegistryError> {
    let name = name.to_owned();
    if budget.is_zero() {
        return Some(RegistryError::ZeroDuration { what: "budget", name });
    }
    (budget > MAX_BUDGET).then_some(RegistryError::BudgetTooLong { name, budget })
}

fn validate_policy(name: &str, policy: &Policy, mistakes: &mut Vec<RegistryError>) {
    let durations = [
        ("timeout", Some(policy.timeout)),
        ("cache", policy.cache),
        ("interval", policy.every),
        ("maximum age", policy.max_age),
    ];
    for (what, duration) in durations {
        if duration.is_some_and(|duration| duration.is_zero()) {
            mistakes.push(RegistryError::ZeroDuration { what, name: name.into() });
        }
    }
    for (what, threshold) in
        [("fail_after", policy.fail_after), ("recover_after", policy.recover_after)]
    {
        if threshold == 0 {
            mistakes.push(RegistryError::ZeroThreshold { what, check: name.into() });
        }
    }
    let check = name.to_owned();
    match (policy.every, policy.max_age) {
        (Some(_), _) if policy.cache.is_some() || policy.cache_failures.is_some() => {
            mistakes.push(RegistryError::CachedBackground { check });
        }
        (None, Some(_)) => mistakes.push(RegistryError::MaxAgeWithoutInterval { check }),
        (Some(every), Some(max_age)) if !max_age.is_zero() && max_age < every => {
            mistakes.push(RegistryError::MaxAgeTooShort { check, max_age, every });
        }
        _ => {}
    }
}
