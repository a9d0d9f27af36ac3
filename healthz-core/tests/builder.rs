//! Every mistake in a builder is an error that names the offender and the cure.
#![expect(
    clippy::expect_used,
    clippy::unnecessary_wraps,
    reason = "a test that meets no error has failed, and a check returns a result"
)]

use std::time::Duration;

use healthz_core::{
    CheckExt, Endpoint, HealthError, Registry, RegistryBuilder, RegistryError, adapter::Request,
};

fn fine() -> Result<(), HealthError> {
    Ok(())
}

fn mistake(builder: RegistryBuilder) -> String {
    let error: RegistryError = builder.build().expect_err("the mistake was taken");
    assert_eq!(format!("{error:?}"), error.to_string(), "what `main` prints");
    error.to_string()
}

fn of_check(registration: impl CheckExt) -> String {
    mistake(Registry::builder().check("db", registration))
}

#[test]
fn an_unknown_check_lists_the_known_ones() {
    let builder =
        Registry::builder().check("database", fine).check("cache", fine).readiness("ready", ["db"]);
    assert_eq!(
        mistake(builder),
        "endpoint `ready` names the unknown check `db`: register it, or use one of `cache`, \
         `database`"
    );
    assert_eq!(
        mistake(Registry::builder().readiness("ready", ["db"])),
        "endpoint `ready` names the unknown check `db`: register it, there is no check yet"
    );
}

#[test]
fn a_duplicate_name_is_refused_and_nothing_is_overwritten() {
    assert_eq!(
        mistake(Registry::builder().check("db", fine).check("db", fine)),
        "check `db` is registered twice: rename one of them"
    );
    assert_eq!(
        mistake(Registry::builder().liveness("live", []).endpoint("live", [])),
        "endpoint `live` is registered twice: rename one of them"
    );
    assert_eq!(
        mistake(Registry::builder().check("ready", fine).endpoint("ready", fine)),
        "check `ready` is registered twice: rename one of them"
    );
    assert_eq!(
        mistake(Registry::builder().check("db", fine).endpoint("ready", ["db", "db"])),
        "endpoint `ready` names check `db` twice: name it once"
    );
}

#[test]
fn a_name_must_be_a_path_segment() {
    assert_eq!(
        mistake(Registry::builder().check("", fine)),
        "a check has an empty name: give it one, endpoints and logs refer to it"
    );
    for builder in [Registry::builder().endpoint("", []), Registry::builder().endpoint("", fine)] {
        assert_eq!(
            mistake(builder),
            "an endpoint has an empty name: give it one, it is the last part of its path"
        );
    }
    assert_eq!(
        mistake(Registry::builder().liveness("a/b", [])),
        "endpoint `a/b` has a `/` in its name: use a single path segment, or move the rest into \
         the prefix"
    );
}

#[test]
fn a_prefix_must_be_one_that_every_router_takes() {
    assert_eq!(
        mistake(Registry::builder().prefix("healthz")),
        "`prefix` of the registry is `healthz`: begin it with `/`"
    );
    assert_eq!(
        mistake(Registry::builder().prefix("/healthz/")),
        "`prefix` of the registry is `/healthz/`: leave out the `/` at its end"
    );
    assert_eq!(
        mistake(Registry::builder().prefix("/{tail}")),
        "`prefix` of the registry is `/{tail}`: use only letters, digits, `-`, `.`, `_`, `~` and `/`"
    );
}

#[test]
fn durations_must_bound_something() {
    let zero = |key| {
        format!("`{key}` of check `db` is zero: give it a positive duration, or leave it out")
    };
    assert_eq!(of_check(fine.timeout(Duration::ZERO)), zero("timeout"));
    assert_eq!(of_check(fine.cache(Duration::ZERO)), zero("cache"));
    assert_eq!(of_check(fine.every(Duration::ZERO)), zero("every"));
    assert_eq!(
        of_check(fine.every(Duration::from_secs(1)).max_age(Duration::ZERO)),
        zero("max_age")
    );
    let long = Endpoint::new(["db"]).budget(Duration::from_secs(31));
    assert_eq!(
        mistake(Registry::builder().check("db", fine).endpoint("ready", long)),
        "`budget` of endpoint `ready` is 31s: give it at most 30s, no prober waits longer"
    );
    assert_eq!(
        mistake(Registry::builder().budget(Duration::ZERO)),
        "`budget` of the registry is zero: give it a positive duration, or leave it out"
    );
}

#[test]
fn thresholds_must_count_something() {
    assert_eq!(
        of_check(fine.fail_after(0)),
        "`fail_after` of check `db` is 0: use 1 to turn at the first result"
    );
    assert_eq!(
        of_check(fine.recover_after(0)),
        "`recover_after` of check `db` is 0: use 1 to turn at the first result"
    );
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    for (key, registration) in [
        ("cache", fine.every(second).cache(second)),
        ("cache_failures", fine.every(second).cache_failures(second)),
    ] {
        assert_eq!(
            of_check(registration),
            format!(
                "check `db` has both `{key}` and `every`: leave out `{key}` (in a configuration \
                 `{key} = false` takes back what the code says), probes read background results anyway"
            )
        );
    }
    assert_eq!(
        of_check(fine.max_age(second)),
        "check `db` has `max_age` but not `every`: add `every`, or use `cache`"
    );
    assert_eq!(
        of_check(fine.every(minute).max_age(second)),
        "`max_age` of check `db` is 1s: give it at least 71s, 1.1 times the `every` of 60s and the \
         `timeout` of 5s, or a check that always passes goes stale between two runs"
    );
    let short = |age| of_check(fine.every(second).timeout(second).max_age(age));
    let (shortest, shorter) = (Duration::from_millis(2_100), Duration::from_nanos(2_099_999_999));
    assert!(short(shorter).contains("give it at least 2.1s, 1.1 times the `every` of 1s"));
    let check = fine.every(second).timeout(second).max_age(shortest);
    assert!(Registry::builder().check("db", check).build().is_ok());
}

#[test]
fn the_check_of_an_endpoint_is_held_to_the_same_rules() {
    assert_eq!(
        mistake(Registry::builder().endpoint("ready", fine.fail_after(0))),
        "`fail_after` of check `ready` is 0: use 1 to turn at the first result"
    );
}

#[test]
fn a_builder_takes_names_in_any_form() {
    let (names, borrowed) = (vec!["db".to_owned()], &["db"]);
    let builder = Registry::builder()
        .check("db", fine)
        .liveness("none", [])
        .endpoint("array", ["db"])
        .endpoint("vector", names.clone())
        .endpoint("slice", &["db"][..])
        .endpoint("slice of owned", &names[..])
        .endpoint("borrowed array", borrowed)
        .endpoint("borrowed vector", &names)
        .endpoint("vector of borrowed", vec!["db"])
        .endpoint("closure", || Ok(()));
    assert!(builder.build().is_ok());
}

#[test]
fn the_prefix_is_healthz_unless_said_otherwise() {
    assert_eq!(
        Registry::builder().build().map(|r| r.prefix().to_owned()).as_deref(),
        Ok("/healthz")
    );
    let moved = Registry::builder().prefix("/yourapp/healthz").build();
    assert_eq!(moved.map(|r| r.prefix().to_owned()).as_deref(), Ok("/yourapp/healthz"));
}

#[test]
fn endpoints_at_the_root_have_names_that_every_router_takes() {
    let root = || Registry::builder().prefix("/");
    assert!(root().liveness("livez", []).readiness("readyz", []).build().is_ok());
    for name in ["caf\u{e9}", "a b", "{id}", "*", ".."] {
        assert_eq!(
            mistake(root().liveness(name, [])),
            format!(
                "endpoint `{name}` has a name that cannot be served at the root: use only letters, \
                 digits, `-`, `.`, `_` and `~` in it, or set a prefix"
            )
        );
    }
}

#[test]
fn a_path_of_its_own_is_plain_and_nobody_elses() {
    let at = |path: &str| Endpoint::default().at(path);
    let of = |path: &str| mistake(Registry::builder().liveness("live", at(path)));
    assert_eq!(of("livez"), "`at` of endpoint `live` is `livez`: begin it with `/`");
    assert_eq!(
        of("/{id}"),
        "`at` of endpoint `live` is `/{id}`: use only letters, digits, `-`, `.`, `_`, `~` and `/`"
    );
    for below in ["/healthz", "/healthz/livez"] {
        assert_eq!(
            of(below),
            format!(
                "`at` of endpoint `live` is `{below}`: leave it out, everything below the prefix \
                 goes by the names of the endpoints"
            )
        );
    }
    assert_eq!(
        mistake(Registry::builder().liveness("a", at("/z")).readiness("b", at("/z"))),
        "endpoints `a` and `b` are both at `/z`: give one of them another path"
    );
    assert_eq!(
        mistake(Registry::builder().prefix("").liveness("a", []).readiness("b", at("/a"))),
        "endpoints `a` and `b` are both at `/a`: give one of them another path"
    );
    let twice = Registry::builder().prefix("").liveness("a", at("/a"));
    assert!(twice.build().is_ok(), "it is there anyway");
}

#[tokio::test]
async fn endpoints_are_found_by_every_path_they_have() -> Result<(), RegistryError> {
    let live = || Endpoint::default().at("/livez");
    let below = Registry::builder().liveness("live", live()).readiness("ready", []).build()?;
    assert_eq!((below.prefix(), below.wildcard()), ("/healthz", Some("/healthz")));
    assert!(below.literal_paths().eq(["/healthz/live", "/healthz/ready", "/livez"]));

    let root = Registry::builder().prefix("/").liveness("live", live()).build()?;
    assert_eq!((root.prefix(), root.wildcard()), ("", None));
    assert!(root.literal_paths().eq(["/live", "/livez"]));

    for registry in [below, root] {
        for path in registry.literal_paths() {
            let tail = registry.tail(&path[1..]).expect("it is the registry's path");
            assert_eq!(registry.respond(Request::new("GET", tail)).await.code(), 200, "{path}");
            for mounted in ["", "/admin", "/a/b"] {
                let path = format!("{mounted}{path}");
                assert!(registry.may_be_probe("GET", &path), "{path}");
                assert!(!registry.may_be_probe("POST", &path), "{path}");
                assert!(!registry.may_be_probe("GET", &format!("{path}/x")), "{path}/x");
                assert!(!registry.may_be_probe("GET", &format!("{path}x")), "{path}x");
            }
        }
        assert_eq!(registry.tail("orders/7"), None);
    }
    Ok(())
}
