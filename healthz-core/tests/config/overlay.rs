use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use healthz_core::{
    CheckExt, DEFAULT_TIMEOUT, Endpoint, EndpointKind, HealthError, Registry,
    adapter::Request,
    check_fn,
    config::{HealthzConfig, Switch},
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
        .stop_limit(s(6))
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
        stop_limit = '6s'
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
        .stop_limit(s(9))
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

#[test]
fn the_configuration_takes_back_what_the_code_sets() {
    let database = || pass.cache(s(5)).cache_failures(s(1));
    let build = |config| {
        let builder = Registry::builder().check("database", database());
        builder.check("queue", pass.every(s(5)).max_age(s(60))).config(toml(config)).build()
    };
    let error = build("checks.database.every = '10s'").unwrap_err().to_string();
    assert!(error.contains("`cache = false` takes back what the code says"), "{error}");

    let config = "
        checks.database = { every = '10s', cache = false, cache_failures = 'false' }
        checks.queue = { every = false, max_age = false }
    ";
    let checks = build(config).unwrap().to_config().checks;
    let (off, ten) = (Some(Switch::Off), Some(Switch::On(s(10))));
    let database = &checks["database"];
    assert_eq!((database.every, database.cache, database.cache_failures), (ten, off, off));
    assert_eq!((checks["queue"].every, checks["queue"].max_age), (off, off));
}

#[test]
fn the_registrys_cache_is_that_of_every_check_that_says_nothing_of_one() {
    let build = |config| {
        Registry::builder()
            .cache(s(2))
            .check("says nothing", pass)
            .check("own", pass.cache(s(9)))
            .check("fresh", pass.fresh())
            .check("failures", pass.cache_failures(s(1)))
            .check("background", pass.every(s(10)))
            .config(toml(config))
            .build()
            .unwrap()
            .to_config()
    };
    let cache = |config: &HealthzConfig, check: &str| config.checks[check].cache;
    let config = build("");
    assert_eq!(config.cache, Some(Switch::On(s(2))));
    assert_eq!(cache(&config, "says nothing"), Some(Switch::On(s(2))));
    assert_eq!(cache(&config, "own"), Some(Switch::On(s(9))));
    assert_eq!(cache(&config, "fresh"), Some(Switch::Off));
    assert_eq!(cache(&config, "failures"), Some(Switch::On(s(2))));
    assert_eq!(cache(&config, "background"), None);

    let config = build("cache = '3s'\nchecks.own.cache = false\nchecks.fresh.cache = '4s'");
    assert_eq!(cache(&config, "says nothing"), Some(Switch::On(s(3))));
    assert_eq!(cache(&config, "own"), Some(Switch::Off));
    assert_eq!(cache(&config, "fresh"), Some(Switch::On(s(4))));

    let config = build("cache = false\nchecks.background.every = false");
    assert_eq!(cache(&config, "says nothing"), None);
    assert_eq!(cache(&config, "own"), Some(Switch::On(s(9))));
}

#[tokio::test(start_paused = true)]
async fn the_engine_keeps_what_the_registrys_cache_says() {
    let runs = Arc::new(AtomicUsize::new(0));
    let count = {
        let runs = runs.clone();
        move || {
            runs.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    };
    let registry = Registry::builder().cache(s(2)).readiness("ready", count).build().unwrap();
    for _ in 0..6 {
        registry.respond(Request::new("GET", "ready")).await;
        tokio::time::sleep(s(1)).await;
    }
    assert_eq!(runs.load(Ordering::Relaxed), 3);
}

#[test]
fn keys_with_hyphens_are_the_same_keys() {
    let config = toml(
        "
        drain-delay = '1s'
        hold-limit = '2s'
        checks.no-hyphen_lost.fail-after = 3
        checks.no-hyphen_lost.cache-failures = '4s'
        ",
    );
    assert_eq!((config.drain_delay, config.hold_limit), (Some(s(1)), Some(s(2))));
    let check = &config.checks["no-hyphen_lost"];
    assert_eq!((check.fail_after, check.cache_failures), (Some(3), Some(Switch::On(s(4)))));
}

#[test]
fn empty_names_in_a_list_are_none() {
    for none in ["''", "['']", "[' ', '']", "' , '"] {
        let config = toml(&format!("endpoints.ready = {none}"));
        assert_eq!(config.endpoints["ready"].checks, Some(Vec::new()), "{none}");
    }
    let config = toml("endpoints.ready = [' database', 'cache ', '']");
    assert_eq!(config.endpoints["ready"].checks, Some(vec!["database".into(), "cache".into()]));
}

#[test]
fn the_configuration_says_where_endpoints_are() {
    let config = "prefix = ''\nendpoints.live.at = '/livez'";
    let registry = Registry::builder().liveness("live", []).config(toml(config)).build().unwrap();
    assert!(registry.literal_paths().eq(["/live", "/livez"]));
    let again = Registry::builder().config(registry.to_config()).build().unwrap();
    assert!(again.literal_paths().eq(["/live", "/livez"]));
}
