//! Ten thousand checks and endpoints, and mistakes among them.

use std::{
    env,
    process::{Command, Stdio},
};

use healthz_core::{Registry, RegistryBuilder};

use crate::{pass, toml};

const MANY: usize = 10_000;

fn builder() -> RegistryBuilder {
    builder_of(MANY)
}

fn builder_of(many: usize) -> RegistryBuilder {
    (0..many).fold(Registry::builder(), |builder, i| {
        builder.check(format!("check-{i:05}"), pass).endpoint(format!("e-{i:05}"), [""; 0])
    })
}

#[test]
fn one_mistake_among_many_names_is_a_short_message() {
    let config = toml("endpoints.e-00000 = ['chekc-07777']");
    let message = builder().config(config).build().unwrap_err().to_string();
    assert!(message.contains("names the unknown check `chekc-07777`"), "{message}");
    assert!(
        message.contains("`check-00019` and 9980 more (did you mean `check-07777`?)"),
        "{message}"
    );
    assert!(!message.contains("check-00020"), "{message}");
    assert!(message.len() < 4096, "{} bytes", message.len());

    let message =
        builder().config(toml("checks.chekc-07777 = {}")).build().unwrap_err().to_string();
    assert!(message.contains("and 9980 more (did you mean `check-07777`?)"), "{message}");
    let message = builder().config(toml("endpoints.E7777.budget = '1s'")).build().unwrap_err();
    assert!(message.to_string().len() < 4096);
}

#[test]
fn a_thousand_mistakes_are_told_without_repeating_the_names() {
    for (typo, first, later) in [
        (
            "endpoints.e-NNNNN = ['chekc-NNNNN']",
            "`chekc-00000`: register it, or use one of `check-00000`, ",
            "`chekc-00999`: register it\n",
        ),
        (
            "checks.chekc-NNNNN = {}",
            "register it there, or use one of `check-00000`, ",
            "`checks.chekc-00999` in the configuration is no check of the code: register it there\n",
        ),
        (
            "checks.check-NNNNN.timout = '1s'",
            "leave it out, or use one of `optional`, ",
            "`checks.check-00999.timout` in the configuration: leave it out (did you mean `timeout`?)\n",
        ),
    ] {
        let typos = (0..1000).map(|i| typo.replace("NNNNN", &format!("{i:05}")) + "\n");
        let config = toml(&typos.collect::<String>());
        let message = builder().config(config).build().unwrap_err().to_string() + "\n";
        assert_eq!(message.lines().count(), 1001);
        assert_eq!(message.matches("or use one of").count(), 1);
        assert!(message.contains(first), "{message}");
        assert!(message.contains("(did you mean `check-00007`?)") || typo.contains("timout"));
        assert!(message.ends_with(later), "{message}");
        assert!(message.len() < 200_000, "{} bytes", message.len());
    }
}

/// How many checks the child of [`a_registry_four_times_as_large_costs_about_four_times`] builds.
const CHILD: &str = "HEALTHZ_TEST_BUILDS";

#[inline(never)]
fn measured(many: usize) {
    let names: Vec<String> = (0..many).map(|i| format!("check-{i:05}")).collect();
    assert!(builder_of(many).readiness("ready", names).build().is_ok());
}

#[test]
fn a_registry_of_many_checks_is_built() {
    measured(env::var(CHILD).map_or(100, |many| many.parse().unwrap()));
}

#[test]
fn a_registry_four_times_as_large_costs_about_four_times() {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return eprintln!("skipped: `valgrind` is not installed, and counts instructions");
    }
    let instructions = |many: &str| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--toggle-collect=*scale::measured*"])
            .arg("--callgrind-out-file=/dev/null")
            .arg(env::current_exe().unwrap())
            .args(["--exact", "scale::a_registry_of_many_checks_is_built"])
            .env(CHILD, many)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let count = said.lines().find_map(|line| line.split("Collected : ").nth(1));
        count
            .and_then(|count| count.trim().parse::<u64>().ok())
            .filter(|&count| count > 0)
            .unwrap_or_else(|| panic!("{said}"))
    };
    let (one, four) = (instructions("500"), instructions("2000"));
    assert!(four < 5 * one, "{one} instructions for 500 checks and {four} for 2,000");
}
