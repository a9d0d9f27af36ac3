//! Which mistakes came from a configuration, and from which environment variable.

use std::env;

use serde_json::Value;

use crate::plan::{healthz_config::HealthzConfig, registry_error::RegistryError};

/// Lets every mistake about a setting that the configuration has name its path and, if there is
/// such an environment variable, the variable.
///
/// No loader tells where a value came from, so a variable is known by its name: the parts of the
/// path with `__` between them, behind a prefix that ends with `HEALTHZ`.
pub(super) fn name(mistakes: &mut [RegistryError], config: &HealthzConfig) {
    let said = serde_json::to_value(config).unwrap_or_default();
    let variables: Vec<String> =
        env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    for setting in mistakes.iter_mut().filter_map(RegistryError::setting_mut) {
        if setting.is_configured() || says(&said, setting.path()) {
            let set_by = |variable: &&String| sets(variable, setting.path());
            setting.set_by(variables.iter().find(set_by).cloned());
        }
    }
}

/// Whether the configuration has something at the path of a check, of an endpoint or of the
/// registry.
fn says(config: &Value, path: &str) -> bool {
    let Some((table, rest)) = path.split_once('.') else { return !config[path].is_null() };
    rest.rsplit_once('.').is_some_and(|(name, key)| !config[table][name][key].is_null())
}

fn sets(variable: &str, path: &str) -> bool {
    let (variable, path) = (variable.to_lowercase(), path.to_lowercase().replace('.', "__"));
    // A list of checks may stand for the endpoint.
    let short = path.strip_suffix("__checks").unwrap_or(&path);
    let is_it = |key: &str| {
        // What is about a check or an endpoint as a whole may come from any of its keys.
        key == short
            || key
                .strip_prefix(&path)
                .is_some_and(|more| matches!(more.get(..2), None | Some("__")))
    };
    // A nested application has its own prefix before it.
    variable.match_indices("healthz").any(|(at, prefix)| {
        let key = variable[at + prefix.len()..].strip_prefix('_');
        key.is_some_and(|key| is_it(key) || key.strip_prefix('_').is_some_and(is_it))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_known_by_its_name() {
        let path = "checks.cache.timout";
        for variable in [
            "HEALTHZ__CHECKS__CACHE__TIMOUT",
            "HEALTHZ_CHECKS__CACHE__TIMOUT",
            "APP__HEALTHZ__CHECKS__CACHE__TIMOUT",
            "healthz__checks__cache__timout",
        ] {
            assert!(sets(variable, path), "{variable}");
        }
        for variable in [
            "HEALTHZ__CHECKS__CACHE__TIMEOUT",
            "CHECKS__CACHE__TIMOUT",
            "HEALTHZ__CHECKS_CACHE_TIMOUT",
            "HEALTHZCHECKS__CACHE__TIMOUT",
            "APP__CHECKS__CACHE__TIMOUT",
        ] {
            assert!(!sets(variable, path), "{variable}");
        }
        assert!(sets("HEALTHZ__ENDPOINTS__READY", "endpoints.ready.checks"));
        assert!(sets("HEALTHZ__CHECKS__CAHE__OPTIONAL", "checks.cahe"));
        assert!(!sets("HEALTHZ__CHECKS__CAHE2__OPTIONAL", "checks.cahe"));
    }
}
