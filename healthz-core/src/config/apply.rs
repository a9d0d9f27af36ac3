use std::sync::Arc;

use crate::{
    config::{
        origin,
        read::endpoint,
        section::{keys, split},
    },
    plan::{
        Plan, blueprint::Blueprint, healthz_config::HealthzConfig, registry_error::RegistryError,
        setting::Setting,
    },
    support::merge::Merge,
};

/// Parses a plan with at least one configuration, of which a later one wins.
///
/// # Errors
/// All mistakes, in the code and in the configurations.
pub(crate) fn parse(
    mut plan: Plan,
    configs: Vec<HealthzConfig>,
) -> Result<Blueprint, RegistryError> {
    let merged = configs.into_iter().reduce(|earlier, later| later.over(earlier));
    let config = merged.unwrap_or_default();
    apply(config.clone(), &mut plan);
    plan.parse().map_err(|mut mistakes| {
        origin::name(&mut mistakes, &config);
        RegistryError::all(mistakes)
    })
}

/// Lays a configuration over the plan; what it says of checks and endpoints that nobody knows
/// becomes a mistake.
fn apply(mut config: HealthzConfig, plan: &mut Plan) {
    let parts = keys(endpoint);
    let mut strangers = Vec::new();
    config.endpoints.retain(|name, said| {
        let coded = &plan.settings.endpoints;
        if !coded.contains_key(name)
            && let Some((owner, part)) = split(name, &parts)
            && coded.contains_key(owner)
        {
            let setting = Setting::configured(format!("endpoints.{name}"));
            let meant = format!("endpoints.{owner}.{part}");
            strangers.push(RegistryError::SingleUnderscore { setting, meant });
            return false;
        }
        let code = coded.get(name).and_then(|endpoint| endpoint.checks.as_deref());
        if said.checks.as_deref() == Some(&[]) && !plan.checks.is_empty() && code != Some(&[]) {
            plan.emptied.push(name.clone());
        }
        let known = said.checks.is_some() || coded.contains_key(name);
        if !known {
            let setting = Setting::configured(format!("endpoints.{name}"));
            let known: Arc<[String]> = coded.keys().cloned().collect();
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
