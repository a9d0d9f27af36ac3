use std::time::Duration;

use healthz_core::{
    CheckExt, DEFAULT_TIMEOUT, Endpoint, EndpointKind, HealthError, Registry, adapter::Request,
    check_fn,
};

use crate::{pass, toml};

fn fail() -> Result<(), HealthError> {
    Err(HealthError::new("down"))
}

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn the_configuration_says_which_endpoint_names_which_check() {
    let builder = Registry::builder().check("good", pass).check("bad", fail);
    let registry =
        builder.config(toml("endpoints = { live = [], ready = 'bad' }")).build().unwrap();
    assert_eq!(registry.respond(Request::new("GET", "live")).await.code(), 200);
    assert_eq!(registry.respond(Request::new("GET", "ready")).await.code(), 503);
}

#[test]
fn what_the_configuration_does_not_mention_stays() {
    let database = pass.timeout(s(2)).every(s(10)).max_age(s(60)).fail_after(4).recover_after(2);
    let registry = Registry::builder()
        .prefix("/probes")
        .budget(s(3))
        .drain_delay(s(7))
        .hold_limit(s(8))
        .stop_limit(s(9))
        .check("database", database.optional())
        .check("cache", pass.cache(s(5)).cache_failures(s(1)))
        .readiness("ready", Endpoint::new(["cache", "database"]).budget(s(4)))
        .config(toml("checks.database.every = '30s'"))
        .build()
        .unwrap();
    let expected = toml(
        r"
        prefix = '/probes'
        budget = '3s'
        drain_delay = '7s'
        hold_limit = '8s'
        stop_limit = '9s'
        [endpoints]
        ready = { kind = 'readiness', checks = ['cache', 'database'], budget = '4s' }
        [checks.database]
        optional = true
        timeout = '2s'
        every = '30s'
        max_age = '60s'
        fail_after = 4
        recover_after = 2
        [checks.cache]
        optional = false
        timeout = '5s'
        cache = '5s'
        cache_failures = '1s'
        fail_after = 1
        recover_after = 1
        ",
    );
    assert_eq!(registry.to_config(), expected);
}

#[test]
fn what_the_configuration_mentions_wins() {
    let config = r"
        prefix = '/other'
        budget = '1s'
        drain_delay = '2s'
        hold_limit = '3s'
        stop_limit = '4s'
        [endpoints]
        ready = { kind = 'plain', checks = ['cache', 'database'], budget = '4s' }
        [checks.database]
        optional = false
        timeout = '2s'
        every = '31s'
        max_age = '61s'
        fail_after = 5
        recover_after = 6
        [checks.cache]
        optional = true
        timeout = '6s'
        cache = '7s'
        cache_failures = '8s'
        fail_after = 9
        recover_after = 10
        ";
    let database = pass.timeout(s(1)).every(s(1)).max_age(s(1)).fail_after(1).recover_after(1);
    let registry = Registry::builder()
        .prefix("/probes")
        .budget(s(9))
        .drain_delay(s(9))
        .hold_limit(s(9))
        .check("database", database.optional())
        .check("cache", pass.cache(s(9)).cache_failures(s(9)))
        .readiness("ready", Endpoint::new(["cache"]).budget(s(9)))
        .config(toml(config))
        .build()
        .unwrap();
    assert_eq!(registry.to_config(), toml(config));
    assert_eq!(registry.prefix(), "/other");
    assert_eq!(registry.drain_delay(), s(2));
    assert_eq!(registry.hold_limit(), s(3));
    assert_eq!(registry.stop_limit(), s(4));
}

#[tokio::test(start_paused = true)]
async fn the_engine_obeys_the_configuration() {
    let slow = check_fn(|| async {
        tokio::time::sleep(s(3)).await;
        Ok(())
    });
    let builder = Registry::builder().check("slow", slow).readiness("ready", ["slow"]);
    let registry =
        builder.config(toml("budget = '4s'\nchecks.slow.timeout = '2s'")).build().unwrap();
    let begun = tokio::time::Instant::now();
    let report = registry.report("ready").await.unwrap();
    assert_eq!(report.title(), "The slow check timed out");
    assert_eq!(begun.elapsed(), s(2));
}

#[test]
fn the_order_of_calls_does_not_matter() {
    let config = "budget = '2s'\nchecks.ready.timeout = '1s'\nendpoints.ready.kind = 'startup'";
    let first = Registry::builder().config(toml(config)).budget(s(3)).endpoint("ready", pass);
    let last = Registry::builder().endpoint("ready", pass).budget(s(3)).config(toml(config));
    let (first, last) = (first.build().unwrap(), last.build().unwrap());
    assert_eq!(first.to_config(), last.to_config());
    assert_eq!(first.to_config().budget, Some(s(2)));
}

#[test]
fn of_two_configurations_the_later_wins_key_by_key() {
    let registry = Registry::builder()
        .endpoint("ready", pass)
        .config(toml("checks.ready = { timeout = '1s', fail_after = 2 }"))
        .config(toml("checks.ready = { timeout = '3s' }"))
        .build()
        .unwrap();
    let check = &registry.to_config().checks["ready"];
    assert_eq!((check.timeout, check.fail_after), (Some(s(3)), Some(2)));
}

#[test]
fn a_check_given_in_place_goes_by_its_endpoints_name() {
    let config = toml("endpoints = { ready = ['ready', 'cache'], other = 'ready' }");
    let registry = Registry::builder().check("cache", pass).readiness("ready", pass).config(config);
    let config = registry.build().unwrap().to_config();
    assert_eq!(config.endpoints["ready"].checks, Some(vec!["ready".into(), "cache".into()]));
    assert_eq!(config.endpoints["other"].checks, Some(vec!["ready".into()]));
}

#[test]
fn an_endpoint_of_the_configuration_gets_the_kind_of_its_name() {
    let config = "endpoints = { live = [], readyz = [], startup = [], other = [] }";
    let registry = Registry::builder().config(toml(config)).build().unwrap();
    let kind = |name: &str| registry.to_config().endpoints[name].kind.unwrap();
    assert_eq!(kind("live"), EndpointKind::Liveness);
    assert_eq!(kind("readyz"), EndpointKind::Readiness);
    assert_eq!(kind("startup"), EndpointKind::Startup);
    assert_eq!(kind("other"), EndpointKind::Plain);
}

#[test]
fn an_endpoint_of_the_code_keeps_its_kind_whatever_its_name() {
    let builder = Registry::builder().endpoint("ready", []).config(toml("endpoints.ready = []"));
    let config = builder.build().unwrap().to_config();
    assert_eq!(config.endpoints["ready"].kind, Some(EndpointKind::Plain));
}

#[test]
fn an_empty_configuration_changes_nothing() {
    let code = || Registry::builder().readiness("ready", pass.optional());
    let plain = code().build().unwrap().to_config();
    assert_eq!(code().config(toml("")).build().unwrap().to_config(), plain);
    assert_eq!(plain.checks["ready"].timeout, Some(DEFAULT_TIMEOUT));
}
