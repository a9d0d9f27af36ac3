use std::time::Duration;

use healthz_core::{CheckExt, Registry, RegistryBuilder, RegistryError};

use crate::{pass, texts, toml};

fn code() -> RegistryBuilder {
    Registry::builder()
        .check("database", pass)
        .check("cache", pass)
        .readiness("ready", ["database"])
}

fn mistakes(config: &str) -> Vec<String> {
    texts(&code().config(toml(config)).build().unwrap_err())
}

#[track_caller]
fn one(config: &str, message: &str) {
    assert_eq!(mistakes(config), [message]);
}

#[test]
fn unknown_check_of_an_endpoint() {
    one(
        "endpoints.ready = ['databse', 'cache']",
        "`endpoints.ready.checks` in the configuration names the unknown check `databse`: register it, \
         or use one of `cache`, `database` (did you mean `database`?)",
    );
}

#[test]
fn unknown_check_that_resembles_none() {
    one(
        "endpoints.ready = ['queue']",
        "`endpoints.ready.checks` in the configuration names the unknown check `queue`: register it, \
         or use one of `cache`, `database`",
    );
}

#[test]
fn policy_of_an_unknown_check() {
    one(
        "checks.cahe.optional = true",
        "`checks.cahe` in the configuration is no check of the code: register it there, or use one of \
         `cache`, `database` (did you mean `cache`?)",
    );
}

#[test]
fn misspelt_endpoint() {
    one(
        "endpoints.redy.budget = '1s'",
        "`endpoints.redy` in the configuration is no endpoint of the code and has no `checks`: give it \
         some, `[]` for none (did you mean `ready`?)",
    );
}

#[test]
fn unknown_key_at_the_top() {
    one(
        "prefx = '/healthz'",
        "unknown key `prefx` in the configuration: leave it out, or use one of `prefix`, `budget`, \
         `cache`, `drain_delay`, `hold_limit`, `stop_limit`, `endpoints`, `checks` (did you mean `prefix`?)",
    );
}

#[test]
fn unknown_key_of_an_endpoint() {
    one(
        "endpoints.ready.budgett = '1s'",
        "unknown key `endpoints.ready.budgett` in the configuration: leave it out, or use one of \
         `kind`, `checks`, `budget`, `at` (did you mean `budget`?)",
    );
}

#[test]
fn unknown_key_of_a_check() {
    one(
        "checks.database.interval = '1s'",
        "unknown key `checks.database.interval` in the configuration: leave it out, or use one of \
         `optional`, `timeout`, `cache`, `cache_failures`, `every`, `max_age`, `fail_after`, \
         `recover_after`",
    );
}

#[test]
fn duration_that_does_not_parse() {
    one(
        "checks.database.timeout = '5 parsecs'",
        "`checks.database.timeout` in the configuration is `5 parsecs`: give it a duration with its \
         unit, as in `500ms` or `2s`",
    );
}

#[test]
fn duration_without_a_unit() {
    for budget in ["500", "'500'"] {
        one(
            &format!("endpoints.ready.budget = {budget}"),
            "`endpoints.ready.budget` in the configuration is `500`: give it a duration with its unit, \
             as in `500ms` or `2s`",
        );
    }
}

#[test]
fn zero_interval() {
    one(
        "checks.database.every = '0s'",
        "`checks.database.every` in the configuration is zero: give it a positive duration, or leave it out",
    );
}

#[test]
fn max_age_too_short() {
    one(
        "checks.database = { every = '10s', timeout = '2s', max_age = '10s' }",
        "`checks.database.max_age` in the configuration is 10s: give it at least 13s, 1.1 times the \
         `every` of 10s and the `timeout` of 2s, or a check that always passes goes stale between two runs",
    );
    // The code's, which the configuration makes too short by another setting.
    let code = pass.every(Duration::from_secs(10)).max_age(Duration::from_secs(20));
    let config = toml("checks.queue.timeout = '15s'");
    assert_eq!(
        texts(&self::code().check("queue", code).config(config).build().unwrap_err()),
        [
            "`max_age` of check `queue` is 20s: give it at least 26s, 1.1 times the `every` of 10s and the \
          `timeout` of 15s, or a check that always passes goes stale between two runs"
        ]
    );
}

#[test]
fn budget_longer_than_thirty_seconds() {
    one(
        "endpoints.ready.budget = '31s'",
        "`endpoints.ready.budget` in the configuration is 31s: give it at most 30s, no prober waits \
         longer",
    );
    one(
        "budget = '1m'",
        "`budget` in the configuration is 60s: give it at most 30s, no prober waits longer",
    );
}

#[test]
fn fail_after_zero() {
    one(
        "checks.database.fail_after = 0",
        "`checks.database.fail_after` in the configuration is 0: use 1 to turn at the first result",
    );
}

#[test]
fn recover_after_zero() {
    one(
        "checks.database.recover_after = 0",
        "`checks.database.recover_after` in the configuration is 0: use 1 to turn at the first result",
    );
}

#[test]
fn count_that_is_none() {
    for count in ["-1", "1.5", "'many'", "4294967296", "true"] {
        let shown = count.trim_matches('\'');
        one(
            &format!("checks.database.fail_after = {count}"),
            &format!(
                "`checks.database.fail_after` in the configuration is `{shown}`: give it a whole \
                 number of at least 1"
            ),
        );
    }
}

#[test]
fn truth_that_is_none() {
    one(
        "checks.database.optional = 'yes'",
        "`checks.database.optional` in the configuration is `yes`: give it `true` or `false`",
    );
}

#[test]
fn unknown_kind() {
    one(
        "endpoints.ready.kind = 'ready'",
        "`endpoints.ready.kind` in the configuration is `ready`: use one of `plain`, `liveness`, \
         `readiness`, `startup`",
    );
}

#[test]
fn list_of_something_else() {
    let cure = "give it a list of names, as in `[\"database\", \"cache\"]`";
    for (value, shown) in [("7", "`7`"), ("{ a = 1 }", "a table")] {
        one(
            &format!("endpoints.ready.checks = {value}"),
            &format!("`endpoints.ready.checks` in the configuration is {shown}: {cure}"),
        );
    }
}

#[test]
fn bad_item_of_a_list_is_named_with_its_place() {
    let cure = "give it the name of a check, as text";
    for (item, shown) in [("1", "`1`"), ("['cache']", "a list"), ("{}", "a table")] {
        one(
            &format!("endpoints.ready.checks = ['database', {item}, 'cache']"),
            &format!("`endpoints.ready.checks[1]` in the configuration is {shown}: {cure}"),
        );
        one(
            &format!("endpoints.ready = [{item}]"),
            &format!("`endpoints.ready[0]` in the configuration is {shown}: {cure}"),
        );
    }
    assert_eq!(mistakes("endpoints.ready = [1, 2]").len(), 2);
}

#[test]
fn key_that_is_written_in_both_ways() {
    one(
        "checks.database = { fail-after = 1, fail_after = 2 }",
        "`checks.database.fail-after` in the configuration is there as `fail_after` as well: write it \
         one way",
    );
}

#[test]
fn key_with_hyphens_is_named_as_typed() {
    one(
        "checks.database.fail-after = 'many'",
        "`checks.database.fail-after` in the configuration is `many`: give it a whole number of at \
         least 1",
    );
}

#[test]
fn single_underscore_between_the_parts() {
    let meant = |path: &str, variable: &str| {
        format!(
            "write `{path}` in a file, and `HEALTHZ__{variable}` as a variable, with `__` between the \
             parts"
        )
    };
    for (key, path, variable) in [
        ("checks_cache_timeout", "checks.cache.timeout", "CHECKS__CACHE__TIMEOUT"),
        ("_checks_cache_timeout", "checks.cache.timeout", "CHECKS__CACHE__TIMEOUT"),
        ("checks.cache_timeout", "checks.cache.timeout", "CHECKS__CACHE__TIMEOUT"),
        (
            "checks.cache_cache_failures",
            "checks.cache.cache_failures",
            "CHECKS__CACHE__CACHE_FAILURES",
        ),
        ("endpoints_ready_budget", "endpoints.ready.budget", "ENDPOINTS__READY__BUDGET"),
        ("endpoints_ready", "endpoints.ready", "ENDPOINTS__READY"),
        ("endpoints.ready_budget", "endpoints.ready.budget", "ENDPOINTS__READY__BUDGET"),
    ] {
        let meant = meant(path, variable);
        let message = format!("`{key}` in the configuration means nothing: {meant}");
        one(&format!("{key} = '2s'"), &message);
    }
}

#[test]
fn endpoint_whose_name_ends_like_a_setting_may_be_new() {
    let config = toml("endpoints.low_budget = 'database'");
    assert!(code().config(config).build().is_ok());
}

#[test]
fn variables_that_kubernetes_sets_for_a_service() {
    for (key, value) in [
        ("port", "'tcp://10.96.0.7:80'"),
        ("service_host", "'10.96.0.7'"),
        ("service_port", "'80'"),
        ("service_port_http", "'80'"),
        ("port_80_tcp", "'tcp://10.96.0.7:80'"),
        ("port_80_tcp_proto", "'tcp'"),
    ] {
        one(
            &format!("{key} = {value}"),
            &format!(
                "unknown key `{key}` in the configuration: Kubernetes sets such variables for a Service \
                 that is called `healthz`, so let the loader read the prefix `HEALTHZ__`"
            ),
        );
    }
}

#[test]
fn switch_that_is_none() {
    for value in ["true", "'5 parsecs'", "5"] {
        let shown = value.trim_matches('\'');
        one(
            &format!("checks.database.cache = {value}"),
            &format!(
                "`checks.database.cache` in the configuration is `{shown}`: give it a duration with \
                 its unit, as in `500ms` or `2s`, or `false`"
            ),
        );
    }
}

#[test]
fn table_that_is_none() {
    one("endpoints = 3", "`endpoints` in the configuration is `3`: make it a table");
    one("endpoints.ready = 3", "`endpoints.ready` in the configuration is `3`: make it a table");
    one("checks.cache = '5s'", "`checks.cache` in the configuration is `5s`: make it a table");
}

#[test]
fn prefix_that_is_none() {
    one("prefix = 7", "`prefix` in the configuration is `7`: give it text");
    one("prefix = 'healthz'", "`prefix` in the configuration is `healthz`: begin it with `/`");
}

#[test]
fn background_and_cache() {
    one(
        "checks.database = { every = '5s', cache = '5s' }",
        "check `database` has both `cache` and `every`: leave out `cache` (in a configuration `cache = \
         false` takes back what the code says), probes read background results anyway",
    );
}

#[test]
fn no_table_at_all_is_the_loaders_error() {
    let error = serde_json::from_str::<healthz_core::config::HealthzConfig>("[]").unwrap_err();
    assert_eq!(error.to_string(), "the configuration is a list: make it a table");
}

#[test]
fn every_mistake_comes_at_once() {
    let config = toml(
        r"
        budget = '31s'
        checks.cache.timeout = 'soon'
        checks.database.every = '0s'
        checks.database.fail_after = 0
        checks.databse.optional = true
        endpoints.ready.checks = ['databse']
        endpoints.ready.kinds = 'readiness'
        ",
    );
    let builder = code().check("also in the code", pass.fail_after(0)).config(config);
    let error = builder.build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "8 mistakes:\n\
         - unknown key `endpoints.ready.kinds` in the configuration: leave it out, or use one of \
         `kind`, `checks`, `budget`, `at` (did you mean `kind`?)\n\
         - `checks.cache.timeout` in the configuration is `soon`: give it a duration with its unit, as \
         in `500ms` or `2s`\n\
         - `checks.databse` in the configuration is no check of the code: register it there, or use one \
         of `also in the code`, `cache`, `database` (did you mean `database`?)\n\
         - `budget` in the configuration is 31s: give it at most 30s, no prober waits longer\n\
         - `fail_after` of check `also in the code` is 0: use 1 to turn at the first result\n\
         - `checks.database.every` in the configuration is zero: give it a positive duration, or leave \
         it out\n\
         - `checks.database.fail_after` in the configuration is 0: use 1 to turn at the first result\n\
         - `endpoints.ready.checks` in the configuration names the unknown check `databse`: register it \
         (did you mean `database`?)"
    );
}

#[test]
fn several_are_values() {
    let error = code().config(toml("budget = '0s'\nhold_limit = 1")).build().unwrap_err();
    let RegistryError::Several(mistakes) = error else { panic!("{error}") };
    assert!(
        matches!(&mistakes[0], RegistryError::InvalidValue { setting, .. } if setting.path() == "hold_limit")
    );
    assert!(
        matches!(&mistakes[1], RegistryError::ZeroDuration { setting, .. } if setting.path() == "budget")
    );
    assert_eq!(mistakes.len(), 2);
}

#[test]
fn without_a_configuration_the_first_mistake_comes_alone() {
    let builder = code().budget(std::time::Duration::ZERO).liveness("live", ["x"]);
    assert!(matches!(builder.build(), Err(RegistryError::ZeroDuration { .. })));
}
