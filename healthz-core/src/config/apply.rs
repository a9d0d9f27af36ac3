use std::sync::Arc;

use crate::{
    plan::{Plan, healthz_config::HealthzConfig, registry_error::RegistryError, setting::Setting},
    support::merge::Merge,
};

/// Makes one configuration of several, of which a later one wins.
pub(crate) fn merged(configs: Vec<HealthzConfig>) -> Option<HealthzConfig> {
    configs.into_iter().reduce(|earlier, later| later.over(earlier))
}

/// Lays a configuration over the plan; what it says of checks and endpoints that nobody knows becomes a
/// mistake.
pub(crate) fn apply(mut config: HealthzConfig, plan: &mut Plan) {
    let mut strangers = Vec::new();
    config.endpoints.retain(|name, endpoint| {
        let known = endpoint.checks.is_some() || plan.settings.endpoints.contains_key(name);
        if !known {
            let setting = Setting::configured(format!("endpoints.{name}"));
            let known: Arc<[String]> = plan.settings.endpoints.keys().cloned().collect();
            strangers.push(RegistryError::EndpointWithoutChecks { setting, known });
        }
        known
    });
    config.checks.retain(|name, _| {
        let known = plan.checks.contains_key(name);
        if !known {
            let setting = Setting::configured(format!("checks.{name}"));
            strangers
                .push(RegistryError::UnregisteredCheck { setting, known: plan.known_checks() });
        }
        known
    });
    config.mistakes.append(&mut strangers);
    plan.lay(config);
}
