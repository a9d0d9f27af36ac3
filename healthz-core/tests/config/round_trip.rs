use std::{collections::BTreeMap, time::Duration};

use healthz_core::{
    CheckExt, Endpoint, EndpointKind, Registration, Registry, RegistryBuilder,
    config::{CheckConfig, EndpointConfig, HealthzConfig, Switch},
};
use proptest::{collection, option, prelude::*, sample::subsequence};

use crate::pass;

const CHECKS: [&str; 4] = ["database", "cache", "Such-Ma\u{df}!", "a.b c"];
const ENDPOINTS: [&str; 4] = ["live", "ready", "startup", "\u{e9}t\u{e9} 7"];

/// A duration of any magnitude.
fn duration() -> impl Strategy<Value = Duration> {
    let any = (any::<u64>(), 0..1_000_000_000u32).prop_map(|(s, ns)| Duration::new(s, ns));
    prop_oneof![any, (1..100_000u64).prop_map(Duration::from_millis)]
}

fn budget() -> impl Strategy<Value = Duration> {
    (1..=30_000_000_000u64).prop_map(Duration::from_nanos)
}

fn kind() -> impl Strategy<Value = EndpointKind> {
    prop_oneof![
        Just(EndpointKind::Plain),
        Just(EndpointKind::Liveness),
        Just(EndpointKind::Readiness),
        Just(EndpointKind::Startup)
    ]
}

fn names() -> impl Strategy<Value = Vec<String>> {
    let some = subsequence(CHECKS.to_vec(), 0..=CHECKS.len()).prop_shuffle();
    some.prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

prop_compose! {
    fn endpoint()(
        kind in option::of(kind()),
        checks in option::of(names()),
        budget in option::of(budget()),
    ) -> EndpointConfig {
        let mut config = EndpointConfig::default();
        (config.kind, config.checks, config.budget) = (kind, checks, budget);
        config
    }
}

prop_compose! {
    /// What may be said of a check that runs in the background (`true`) or when it is asked.
    fn check(background: bool)(
        (optional, fail_after, recover_after) in
            (option::of(any::<bool>()), option::of(1..u32::MAX), option::of(1..u32::MAX)),
        timeout in option::of(positive()),
        (first, second) in (option::of(positive()), option::of(positive())),
    ) -> CheckConfig {
        let mut config = CheckConfig::default();
        (config.optional, config.timeout) = (optional, timeout);
        (config.fail_after, config.recover_after) = (fail_after, recover_after);
        if background {
            config.timeout = timeout.map(|timeout| timeout.min(LONG));
            config.every = first.map(|every| every.min(LONG).into());
            config.max_age = second.map(|age| age.max(3 * LONG).into());
        } else {
            config.cache = first.map(Switch::On);
            config.cache_failures = second.map(Switch::On);
        }
        config
    }
}

/// Parts intervals and timeouts from maximum ages, which are at least 1.1 of the one and one of the
/// other.
const LONG: Duration = Duration::from_secs(3600);

fn positive() -> impl Strategy<Value = Duration> {
    duration().prop_map(|duration| duration.max(Duration::from_nanos(1)))
}

/// The code: what it sets of every check and endpoint there is, and whether it runs checks in the
/// background.
#[derive(Debug, Clone)]
struct Code {
    budget: Duration,
    hold_limit: Duration,
    drain_delay: Option<Duration>,
    checks: Vec<CheckConfig>,
    endpoints: Vec<(EndpointKind, EndpointConfig)>,
}

impl Code {
    fn builder(&self) -> RegistryBuilder {
        let mut builder = Registry::builder().budget(self.budget).hold_limit(self.hold_limit);
        if let Some(delay) = self.drain_delay {
            builder = builder.drain_delay(delay);
        }
        for (name, config) in CHECKS.iter().zip(&self.checks) {
            builder = builder.check(*name, registration(config));
        }
        for (name, (kind, config)) in ENDPOINTS.iter().zip(&self.endpoints) {
            let mut endpoint = Endpoint::new(config.checks.clone().unwrap_or_default());
            if let Some(budget) = config.budget {
                endpoint = endpoint.budget(budget);
            }
            builder = match kind {
                EndpointKind::Liveness => builder.liveness(*name, endpoint),
                EndpointKind::Readiness => builder.readiness(*name, endpoint),
                EndpointKind::Startup => builder.startup(*name, endpoint),
                _ => builder.endpoint(*name, endpoint),
            };
        }
        builder
    }
}

fn registration(config: &CheckConfig) -> Registration {
    let mut made = Registration::new(pass);
    if config.optional == Some(true) {
        made = made.optional();
    }
    made = made.timeout(config.timeout.unwrap_or(healthz_core::DEFAULT_TIMEOUT));
    made = made.fail_after(config.fail_after.unwrap_or(1));
    made = made.recover_after(config.recover_after.unwrap_or(1));
    let set = |made, value: Option<Switch>, setter: fn(Registration, Duration) -> Registration| {
        match value.and_then(Switch::duration) {
            Some(value) => setter(made, value),
            None => made,
        }
    };
    made = set(made, config.cache, CheckExt::cache);
    made = set(made, config.cache_failures, CheckExt::cache_failures);
    made = set(made, config.every, CheckExt::every);
    set(made, config.max_age, CheckExt::max_age)
}

/// A program and a configuration that go together: the endpoints after the first `known` are the
/// configuration's alone.
fn program() -> impl Strategy<Value = (Code, HealthzConfig)> {
    let modes = collection::vec(any::<bool>(), CHECKS.len());
    let checks = modes.prop_flat_map(|modes| {
        let pair = |background: bool| {
            let code = check(background).prop_map(move |mut config| {
                if background {
                    config.every.get_or_insert(LONG.into());
                }
                config
            });
            (code, option::of(check(background)))
        };
        modes.into_iter().map(pair).collect::<Vec<_>>()
    });
    let endpoints =
        collection::vec(((kind(), endpoint()), option::of(endpoint())), ENDPOINTS.len());
    let top = (budget(), duration(), option::of(duration()));
    let over = (option::of(budget()), option::of(duration()), option::of(duration()));
    let prefix = option::of("/[a-z0-9]{1,8}(/[a-z~_-]{1,8}){0,2}");
    (checks, endpoints, top, over, prefix, 0..=ENDPOINTS.len()).prop_map(
        |(checks, endpoints, top, over, prefix, known)| {
            let mut config = HealthzConfig::default();
            config.prefix = prefix;
            (config.budget, config.hold_limit, config.drain_delay) = over;
            let (coded, over): (Vec<_>, Vec<_>) = checks.into_iter().unzip();
            config.checks = named(&CHECKS, over);
            let (mut ours, mut over): (Vec<_>, Vec<_>) = endpoints.into_iter().unzip();
            ours.truncate(known);
            for config in over.iter_mut().skip(known).flatten() {
                config.checks.get_or_insert_default();
            }
            config.endpoints = named(&ENDPOINTS, over);
            let (budget, hold_limit, drain_delay) = top;
            (Code { budget, hold_limit, drain_delay, checks: coded, endpoints: ours }, config)
        },
    )
}

fn named<T>(names: &[&str], values: Vec<Option<T>>) -> BTreeMap<String, T> {
    let pairs = names.iter().zip(values);
    pairs.filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect()
}

/// Lays one configuration over another, as text: every key of `over` replaces that of `under`.
fn lay(under: &mut serde_json::Value, over: serde_json::Value) {
    match (under, over) {
        (serde_json::Value::Object(under), serde_json::Value::Object(over)) => {
            for (key, value) in over {
                lay(under.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

proptest! {
    #[test]
    fn the_effective_configuration_makes_the_same_registry((code, config) in program()) {
        let effective = code.builder().config(config).build().unwrap().to_config();
        let again = code.builder().config(effective.clone()).build().unwrap().to_config();
        prop_assert_eq!(again, effective);
    }

    #[test]
    fn the_effective_configuration_is_the_given_one_over_the_codes((code, config) in program()) {
        let plain = code.builder().build().unwrap().to_config();
        let effective = code.builder().config(config.clone()).build().unwrap().to_config();
        let mut expected = serde_json::to_value(plain).unwrap();
        lay(&mut expected, serde_json::to_value(&config).unwrap());
        let shown = serde_json::to_value(effective).unwrap();
        // Two things are filled in: the budget, by the registry's, and the kind, by the name.
        for (name, endpoint) in shown["endpoints"].as_object().into_iter().flatten() {
            let coded = code.endpoints.iter().zip(ENDPOINTS).find(|(_, coded)| coded == name);
            let given = config.endpoints.get(name);
            let budgets = (given.and_then(|g| g.budget), coded.and_then(|((_, e), _)| e.budget));
            if budgets == (None, None) {
                expected["endpoints"][name]["budget"] = expected["budget"].clone();
            }
            if coded.is_none() && given.is_some_and(|given| given.kind.is_none()) {
                expected["endpoints"][name]["kind"] = endpoint["kind"].clone();
            }
        }
        prop_assert_eq!(shown, expected);
    }

    #[test]
    fn every_format_gives_back_what_was_written((code, config) in program()) {
        let effective = code.builder().config(config.clone()).build().unwrap().to_config();
        for config in [config, effective] {
            let toml = toml::to_string(&config).unwrap();
            prop_assert_eq!(&toml::from_str::<HealthzConfig>(&toml).unwrap(), &config, "{}", toml);
            let json = serde_json::to_string(&config).unwrap();
            prop_assert_eq!(&serde_json::from_str::<HealthzConfig>(&json).unwrap(), &config, "{}", json);
            let yaml = serde_saphyr::to_string(&config).unwrap();
            prop_assert_eq!(&serde_saphyr::from_str::<HealthzConfig>(&yaml).unwrap(), &config, "{}", yaml);
        }
    }
}
