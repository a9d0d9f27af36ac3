#![expect(clippy::result_large_err, reason = "the error is figment's")]

use std::time::Duration;

use config::{Config, Environment, File, FileFormat};
use figment::{
    Figment,
    providers::{Env, Format, Json, Toml},
};
use healthz_core::{
    EndpointKind,
    config::{HealthzConfig, Switch},
};

use crate::toml;

const TOML: &str = r#"
    prefix = "/probes"
    budget = "500ms"

    [endpoints]
    live = []
    ready = ["database", "cache"]
    startup = { kind = "startup", checks = "database", budget = "2s" }

    [checks.database]
    every = "1m 30s"
    fail_after = 3

    [checks.cache]
    optional = true
"#;

const YAML: &str = "
    prefix: /probes
    budget: 500ms
    drain_delay:
    endpoints:
      live: []
      ready: [database, cache]
      startup:
        kind: startup
        checks: database
        budget: 2s
    checks:
      database:
        every: 1m 30s
        fail_after: 3
      cache:
        optional: true
";

const JSON: &str = r#"{
    "prefix": "/probes",
    "budget": "500ms",
    "endpoints": {
        "live": [],
        "ready": ["database", "cache"],
        "startup": { "kind": "startup", "checks": "database", "budget": "2s" }
    },
    "checks": {
        "database": { "every": "1m 30s", "fail_after": 3 },
        "cache": { "optional": true }
    }
}"#;

/// The same, as variables.
const VARIABLES: [(&str, &str); 10] = [
    ("HEALTHZ_PREFIX", "/probes"),
    ("HEALTHZ_BUDGET", "500ms"),
    ("HEALTHZ_ENDPOINTS__LIVE", ""),
    ("HEALTHZ_ENDPOINTS__READY", "database, cache"),
    ("HEALTHZ_ENDPOINTS__STARTUP__KIND", "startup"),
    ("HEALTHZ_ENDPOINTS__STARTUP__CHECKS", "database"),
    ("HEALTHZ_ENDPOINTS__STARTUP__BUDGET", "2s"),
    ("HEALTHZ_CHECKS__DATABASE__EVERY", "1m 30s"),
    ("HEALTHZ_CHECKS__DATABASE__FAIL_AFTER", "3"),
    ("HEALTHZ_CHECKS__CACHE__OPTIONAL", "true"),
];

fn assert_expected(config: &HealthzConfig) {
    let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(config.prefix.as_deref(), Some("/probes"));
    assert_eq!(config.budget, Some(Duration::from_millis(500)));
    assert_eq!((config.drain_delay, config.hold_limit), (None, None));
    assert_eq!(config.endpoints.len(), 3);
    assert_eq!(config.endpoints["live"].checks, names(&[]));
    assert_eq!(config.endpoints["ready"].checks, names(&["database", "cache"]));
    assert_eq!(config.endpoints["ready"].kind, None);
    assert_eq!(config.endpoints["startup"].checks, names(&["database"]));
    assert_eq!(config.endpoints["startup"].kind, Some(EndpointKind::Startup));
    assert_eq!(config.endpoints["startup"].budget, Some(Duration::from_secs(2)));
    assert_eq!(config.checks.len(), 2);
    assert_eq!(config.checks["database"].every, Some(Switch::On(Duration::from_secs(90))));
    assert_eq!(config.checks["database"].fail_after, Some(3));
    assert_eq!(config.checks["database"].optional, None);
    assert_eq!(config.checks["cache"].optional, Some(true));
    // Nothing was left over as a mistake.
    assert_eq!(*config, toml(TOML));
}

fn environment() -> Environment {
    let variables = VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let environment = Environment::with_prefix("HEALTHZ").prefix_separator("_").separator("__");
    environment.source(Some(variables))
}

#[test]
fn toml_is_read() {
    assert_expected(&toml(TOML));
}

#[test]
fn yaml_is_read() {
    assert_expected(&serde_saphyr::from_str(YAML).unwrap());
}

#[test]
fn an_empty_yaml_document_says_nothing() {
    let config: HealthzConfig = serde_saphyr::from_str("# nothing\n").unwrap();
    assert_eq!(config, HealthzConfig::default());
}

#[test]
fn json_is_read() {
    assert_expected(&serde_json::from_str(JSON).unwrap());
}

#[test]
fn figment_reads_files() {
    assert_expected(&Figment::new().merge(Toml::string(TOML)).extract().unwrap());
    assert_expected(&Figment::new().merge(Json::string(JSON)).extract().unwrap());
}

#[test]
fn figment_reads_variables() {
    figment::Jail::expect_with(|jail| {
        for (name, value) in VARIABLES {
            jail.set_env(name, value);
        }
        assert_expected(&Figment::new().merge(Env::prefixed("HEALTHZ_").split("__")).extract()?);
        Ok(())
    });
}

#[test]
fn figment_reads_a_list_in_its_own_form() {
    figment::Jail::expect_with(|jail| {
        jail.set_env("HEALTHZ_ENDPOINTS__READY__CHECKS", "[database, cache]");
        let config: HealthzConfig =
            Figment::new().merge(Env::prefixed("HEALTHZ_").split("__")).extract()?;
        assert_eq!(config, toml("endpoints.ready = ['database', 'cache']"));
        Ok(())
    });
}

#[test]
fn config_reads_files() {
    for (text, format) in
        [(TOML, FileFormat::Toml), (YAML, FileFormat::Yaml), (JSON, FileFormat::Json)]
    {
        let builder = Config::builder().add_source(File::from_str(text, format));
        assert_expected(&builder.build().unwrap().try_deserialize().unwrap());
    }
}

#[test]
fn config_reads_variables_as_text() {
    let builder = Config::builder().add_source(environment());
    assert_expected(&builder.build().unwrap().try_deserialize().unwrap());
}

#[test]
fn config_reads_variables_that_it_parsed() {
    let builder = Config::builder().add_source(environment().try_parsing(true));
    assert_expected(&builder.build().unwrap().try_deserialize().unwrap());
}

#[test]
fn it_fits_into_the_settings_of_an_application() {
    #[derive(serde::Deserialize)]
    struct Settings {
        listen: String,
        #[serde(default)]
        healthz: HealthzConfig,
    }
    let settings: Settings = toml::from_str("listen = ':80'\n[healthz]\nbudget = '1s'").unwrap();
    assert_eq!((settings.listen.as_str(), settings.healthz), (":80", toml("budget = '1s'")));
    let settings: Settings = toml::from_str("listen = ':80'").unwrap();
    assert_eq!(settings.healthz, HealthzConfig::default());
}
