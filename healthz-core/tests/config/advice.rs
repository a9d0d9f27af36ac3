//! What is allowed and seldom meant is told once, at WARN, when the registry is built.

use healthz_core::{CheckExt, Registry, RegistryBuilder};

use crate::{log::lines_of, pass, toml};

const EMPTIED: &str = "WARN healthz: the configuration leaves a readiness endpoint no checks: it is \
                       healthy whatever fails endpoint=\"ready\"";

fn restarts(checks: &str) -> String {
    format!(
        "WARN healthz: a liveness endpoint asks a dependency: its failure restarts every replica at \
         once, and a restart does not bring a dependency back endpoint=\"live\" checks={checks}"
    )
}

fn told(builder: RegistryBuilder) -> Vec<String> {
    lines_of(|| {
        let registry = builder.build().unwrap();
        drop(registry.clone());
    })
}

fn code() -> RegistryBuilder {
    Registry::builder().check("database", pass).readiness("ready", ["database"])
}

#[test]
fn a_readiness_endpoint_that_lost_its_checks_is_told() {
    for config in ["endpoints.ready = []", "endpoints.ready = ''", "endpoints.ready = ['']"] {
        assert_eq!(told(code().config(toml(config))), [EMPTIED], "{config}");
    }
    let alone = Registry::builder().check("database", pass);
    assert_eq!(told(alone.config(toml("endpoints.ready = []"))), [EMPTIED]);
}

#[test]
fn a_readiness_endpoint_that_has_none_in_the_code_is_not() {
    let without = || Registry::builder().check("database", pass).readiness("ready", []);
    assert_eq!(told(without()), [""; 0]);
    assert_eq!(told(without().config(toml("endpoints.ready = []"))), [""; 0]);
    assert_eq!(told(code().config(toml("endpoints.other = []"))), [""; 0]);
    assert_eq!(told(Registry::builder().config(toml("endpoints.ready = []"))), [""; 0]);
}

#[test]
fn a_liveness_endpoint_that_asks_a_dependency_is_told_with_why() {
    assert_eq!(told(code().liveness("live", ["database"])), [restarts("[\"database\"]")]);
    let configured = code().liveness("live", []).config(toml("endpoints.live = 'database'"));
    assert_eq!(told(configured), [restarts("[\"database\"]")]);
    let alone = Registry::builder().check("a", pass).check("b", pass).liveness("live", ["b", "a"]);
    assert_eq!(told(alone), [restarts("[\"b\", \"a\"]")]);
}

#[test]
fn a_check_of_the_process_itself_belongs_to_liveness() {
    assert_eq!(told(code().check("deadlock", pass).liveness("live", ["deadlock"])), [""; 0]);
    let optional =
        Registry::builder().check("cache", pass.optional()).readiness("ready", ["cache"]);
    assert_eq!(told(optional.liveness("live", ["cache"])), [""; 0]);
}

#[test]
fn it_is_a_line_of_some_length_whatever_the_names_are() {
    let names: Vec<String> = (0..1_000).map(|at| format!("{at:0100}\nWARN forged")).collect();
    let checks = names.iter().fold(Registry::builder(), |builder, name| builder.check(name, pass));
    let lines = told(checks.liveness("live\nWARN forged", names));
    let [line] = &lines[..] else { panic!("{} lines", lines.len()) };
    assert!(line.len() < 8 * 1024 && line.ends_with(", 990 more]"), "{line}");
}
