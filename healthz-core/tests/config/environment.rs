//! Real environment variables, with both loaders that people use.
#![expect(clippy::result_large_err, reason = "the error is figment's")]

use std::time::Duration;

use config::{Config, Environment, File, FileFormat};
use figment::{
    Figment, Jail,
    providers::{Env, Format, Toml},
};
use healthz_core::{CheckExt, Registry, RegistryBuilder, config::HealthzConfig};

use crate::{pass, texts};

const PREFIXED: &str = "HEALTHZ__";

fn figment(prefix: &str) -> HealthzConfig {
    Figment::from(Env::prefixed(prefix).split("__")).extract().unwrap()
}

fn config(prefix: &str) -> HealthzConfig {
    let (name, separator) = prefix.split_at("HEALTHZ".len());
    let environment = Environment::with_prefix(name).prefix_separator(separator).separator("__");
    Config::builder().add_source(environment).build().unwrap().try_deserialize().unwrap()
}

const LOADERS: [fn(&str) -> HealthzConfig; 2] = [figment, config];

fn code() -> RegistryBuilder {
    Registry::builder()
        .check("database", pass)
        .check("cache", pass.cache(Duration::from_secs(5)))
        .readiness("ready", ["cache"])
}

fn with(variables: &[(&str, &str)], test: impl Fn(fn(&str) -> HealthzConfig)) {
    Jail::expect_with(|jail| {
        for (name, value) in variables {
            jail.set_env(name, value);
        }
        LOADERS.into_iter().for_each(&test);
        Ok(())
    });
}

#[track_caller]
fn mistakes(variables: &[(&str, &str)], prefix: &str, expected: &[&str]) {
    with(variables, |load| {
        let error = code().config(load(prefix)).build().unwrap_err();
        assert_eq!(texts(&error), expected);
    });
}

#[test]
fn the_prefix_with_two_underscores_reads_only_what_is_ours() {
    let variables = [
        ("HEALTHZ__BUDGET", "2s"),
        ("HEALTHZ__CHECKS__DATABASE__FAIL_AFTER", "3"),
        ("HEALTHZ__ENDPOINTS__READY__CHECKS", "database, cache"),
        ("HEALTHZ_CONFIG", "healthz.toml"),
        ("HEALTHZ_PORT", "tcp://10.96.0.7:80"),
        ("HEALTHZ_SERVICE_HOST", "10.96.0.7"),
    ];
    with(&variables, |load| {
        let config = code().config(load(PREFIXED)).build().unwrap().to_config();
        assert_eq!(config.budget, Some(Duration::from_secs(2)));
        assert_eq!(config.checks["database"].fail_after, Some(3));
        let checks = config.endpoints["ready"].checks.as_deref();
        assert_eq!(checks, Some(&["database".to_owned(), "cache".to_owned()][..]));
    });
}

#[test]
fn a_prefix_with_one_underscore_is_told_who_else_sets_such_variables() {
    mistakes(
        &[("HEALTHZ_PORT", "tcp://10.96.0.7:80")],
        "HEALTHZ_",
        &[
            "unknown key `port` in the configuration (variable `HEALTHZ_PORT`): Kubernetes sets such \
           variables for a Service that is called `healthz`, so let the loader read the prefix \
           `HEALTHZ__`",
        ],
    );
    mistakes(
        &[("HEALTHZ_CONFIG", "healthz.toml")],
        "HEALTHZ_",
        &[
            "unknown key `config` in the configuration (variable `HEALTHZ_CONFIG`): leave it out, or \
           use one of `prefix`, `budget`, `cache`, `drain_delay`, `hold_limit`, `stop_limit`, \
           `endpoints`, `checks`; a loader that reads the prefix `HEALTHZ__` leaves other variables \
           alone",
        ],
    );
}

#[test]
fn a_mistake_names_the_variable_as_well_as_the_path() {
    mistakes(
        &[("HEALTHZ__CHECKS__CACHE__TIMOUT", "1s")],
        PREFIXED,
        &["unknown key `checks.cache.timout` in the configuration (variable \
           `HEALTHZ__CHECKS__CACHE__TIMOUT`): leave it out, or use one of `optional`, `timeout`, \
           `cache`, `cache_failures`, `every`, `max_age`, `fail_after`, `recover_after` (did you mean \
           `timeout`?)"],
    );
    mistakes(
        &[("HEALTHZ__CHECKS__CACHE__TIMEOUT", "1")],
        PREFIXED,
        &[
            "`checks.cache.timeout` in the configuration (variable `HEALTHZ__CHECKS__CACHE__TIMEOUT`) \
           is `1`: give it a duration with its unit, as in `500ms` or `2s`",
        ],
    );
    mistakes(
        &[("HEALTHZ__CHECKS__CACHE__FAIL_AFTER", "0")],
        PREFIXED,
        &["`checks.cache.fail_after` in the configuration (variable \
           `HEALTHZ__CHECKS__CACHE__FAIL_AFTER`) is 0: use 1 to turn at the first result"],
    );
    mistakes(
        &[("HEALTHZ__ENDPOINTS__READY", "databse")],
        PREFIXED,
        &[
            "`endpoints.ready.checks` in the configuration (variable `HEALTHZ__ENDPOINTS__READY`) names \
           the unknown check `databse`: register it, or use one of `cache`, `database` (did you mean \
           `database`?)",
        ],
    );
    mistakes(
        &[("HEALTHZ__CHECKS__CAHE__OPTIONAL", "true")],
        PREFIXED,
        &[
            "`checks.cahe` in the configuration (variable `HEALTHZ__CHECKS__CAHE__OPTIONAL`) is no check \
           of the code: register it there, or use one of `cache`, `database` (did you mean `cache`?)",
        ],
    );
    mistakes(
        &[("HEALTHZ__PREFIX", "healthz")],
        PREFIXED,
        &[
            "`prefix` in the configuration (variable `HEALTHZ__PREFIX`) is `healthz`: begin it with `/`",
        ],
    );
}

#[test]
fn a_single_underscore_gets_the_hint() {
    mistakes(
        &[("HEALTHZ__CHECKS_CACHE_TIMEOUT", "1s")],
        PREFIXED,
        &[
            "`checks_cache_timeout` in the configuration (variable `HEALTHZ__CHECKS_CACHE_TIMEOUT`) \
           means nothing: write `checks.cache.timeout` in a file, and \
           `HEALTHZ__CHECKS__CACHE__TIMEOUT` as a variable, with `__` between the parts",
        ],
    );
    mistakes(
        &[("HEALTHZ__ENDPOINTS__READY_BUDGET", "1s")],
        PREFIXED,
        &["`endpoints.ready_budget` in the configuration (variable \
           `HEALTHZ__ENDPOINTS__READY_BUDGET`) means nothing: write `endpoints.ready.budget` in a \
           file, and `HEALTHZ__ENDPOINTS__READY__BUDGET` as a variable, with `__` between the parts"],
    );
}

#[test]
fn a_mistake_of_the_code_names_no_variable() {
    with(&[("HEALTHZ__CHECKS__CACHE__TIMEOUT", "1s")], |load| {
        let builder = code().check("queue", pass.timeout(Duration::ZERO)).config(load(PREFIXED));
        let error = builder.build().unwrap_err().to_string();
        assert!(error.starts_with("`timeout` of check `queue` is zero"), "{error}");
    });
}

const FILE: &str = "endpoints.ready = ['database', 'cache']";

#[test]
fn the_environment_is_laid_over_a_file() {
    let variables = [
        ("HEALTHZ__ENDPOINTS__READY__BUDGET", "2s"),
        ("HEALTHZ__CHECKS__CACHE__CACHE", "false"),
        ("HEALTHZ__CHECKS__CACHE__EVERY", "10s"),
    ];
    with(&variables, |load| {
        let files: [HealthzConfig; 2] = [
            Figment::from(Toml::string(FILE)).extract().unwrap(),
            Config::builder()
                .add_source(File::from_str(FILE, FileFormat::Toml))
                .build()
                .unwrap()
                .try_deserialize()
                .unwrap(),
        ];
        for file in files {
            let registry = code().config(file).config(load(PREFIXED)).build().unwrap();
            let ready = &registry.to_config().endpoints["ready"];
            let checks = ready.checks.as_deref();
            assert_eq!(checks, Some(&["database".to_owned(), "cache".to_owned()][..]));
            assert_eq!(ready.budget, Some(Duration::from_secs(2)));
        }
    });
}

#[test]
fn an_unset_value_makes_readiness_check_nothing() {
    with(&[("HEALTHZ__ENDPOINTS__READY", "")], |load| {
        let registry = code().config(load(PREFIXED)).build().unwrap();
        assert_eq!(registry.to_config().endpoints["ready"].checks, Some(Vec::new()));
    });
}

#[test]
fn the_items_of_a_list_that_a_loader_split_are_trimmed() {
    with(&[("HEALTHZ__ENDPOINTS__READY__CHECKS", "database, cache")], |_| {
        let environment = Environment::with_prefix("HEALTHZ")
            .separator("__")
            .list_separator(",")
            .with_list_parse_key("endpoints.ready.checks")
            .try_parsing(true);
        let config = Config::builder().add_source(environment).build().unwrap();
        let config: HealthzConfig = config.try_deserialize().unwrap();
        let checks = config.endpoints["ready"].checks.as_deref();
        assert_eq!(checks, Some(&["database".to_owned(), "cache".to_owned()][..]));
    });
}
