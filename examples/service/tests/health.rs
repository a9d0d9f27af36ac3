//! What the command line and `healthz.toml` make of the registry.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, process::ExitCode};

use example_service::{Config, Notes, registry};
use healthz_core::{FlagError, Flags, Registry, config::HealthzConfig};

fn path(file: &str) -> String {
    format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"))
}

fn with(healthz: HealthzConfig) -> Registry {
    let config = Config { healthz, ..Config::from_env().unwrap() };
    registry(&config, &Notes::open("sqlite::memory:").unwrap()).unwrap()
}

fn configured() -> Registry {
    with(toml::from_str(&fs::read_to_string(path("healthz.toml")).unwrap()).unwrap())
}

fn parse(arguments: &[&str]) -> Result<Option<Flags>, String> {
    let arguments = arguments.iter().map(ToString::to_string);
    Flags::parse(arguments).map_err(|error: FlagError| error.to_string())
}

#[tokio::test]
async fn everything_in_the_file_is_in_effect() {
    let file: toml::Table = fs::read_to_string(path("healthz.toml")).unwrap().parse().unwrap();
    let effective = toml::Table::try_from(configured().to_config()).unwrap();
    let mut compared = 0;
    compare(&file.into(), &effective.into(), "", &mut compared);
    assert!(compared > 8, "only {compared} values in the file");
}

/// Asserts that whatever `given` has, `effective` has too.
fn compare(given: &toml::Value, effective: &toml::Value, path: &str, compared: &mut usize) {
    match (given, effective) {
        (toml::Value::Table(given), toml::Value::Table(effective)) => {
            for (key, given) in given {
                compare(given, &effective[key], &format!("{path}.{key}"), compared);
            }
        }
        // An endpoint written as the list of its checks.
        (toml::Value::Array(_), toml::Value::Table(_)) => {
            compare(given, &effective["checks"], path, compared);
        }
        _ => {
            assert_eq!(given, effective, "{path}");
            *compared += 1;
        }
    }
}

#[tokio::test]
async fn the_file_changes_what_the_code_says() {
    let (plain, configured) =
        (with(HealthzConfig::default()).to_config(), configured().to_config());
    assert!(!plain.endpoints.contains_key("storage"));
    assert!(configured.endpoints.contains_key("storage"));
    assert_ne!(plain.checks["disk"].every, configured.checks["disk"].every);
    assert_eq!(configured.checks["disk"].optional, Some(true), "the code's, and not in the file");
}

#[tokio::test]
async fn the_manifest_of_the_examples_fits_with_and_without_the_file() {
    for registry in [with(HealthzConfig::default()), configured()] {
        let mut out = Vec::new();
        let flags = Flags::CheckManifest(path("kubernetes.yaml"));
        assert_eq!(flags.answer(&registry, &mut out).unwrap(), ExitCode::SUCCESS);
        assert_eq!(out, b"");
    }
}

#[tokio::test]
async fn a_manifest_that_contradicts_is_an_error_after_its_contradictions() {
    let registry = with(toml::from_str("prefix = '/probes'").unwrap());
    let mut out = Vec::new();
    let flags = Flags::CheckManifest(path("kubernetes.yaml"));
    let error = flags.answer(&registry, &mut out).unwrap_err();
    assert!(error.to_string().ends_with("kubernetes.yaml`: 3 contradictions"), "{error}");
    assert_eq!(str::from_utf8(&out).unwrap().lines().count(), 3);
}

#[tokio::test]
async fn advice_is_told_apart_from_contradictions() {
    let registry = with(HealthzConfig::default());
    let manifest = fs::read_to_string(path("kubernetes.yaml")).unwrap();
    let file = std::env::temp_dir().join(format!("advice-{}.yaml", std::process::id()));
    fs::write(&file, manifest.replace("failureThreshold: 150", "failureThreshold: 15")).unwrap();
    let mut out = Vec::new();
    let flags = Flags::CheckManifest(file.to_str().unwrap().into());
    let verdict = flags.answer(&registry, &mut out);
    fs::remove_file(&file).unwrap();
    assert_eq!(verdict.unwrap(), ExitCode::from(2));
    let text = str::from_utf8(&out).unwrap();
    assert!(text.starts_with("advice: ") && text.lines().count() == 1, "{text}");
}

#[tokio::test]
async fn the_printed_probes_are_the_registrys() {
    let registry = with(HealthzConfig::default());
    let mut out = Vec::new();
    Flags::PrintProbes.answer(&registry, &mut out).unwrap();
    let printed: serde_json::Value = serde_saphyr::from_slice(&out).unwrap();
    assert_eq!(printed, serde_json::to_value(registry.kubernetes_probes("http")).unwrap());
    assert_eq!(printed.as_object().unwrap().len(), 3);
}

#[test]
fn the_command_line_is_one_flag_or_none() {
    assert_eq!(parse(&[]), Ok(None));
    assert_eq!(parse(&["--print-probes"]), Ok(Some(Flags::PrintProbes)));
    let check = Flags::CheckManifest("a.yaml".into());
    assert_eq!(parse(&["--check-manifest", "a.yaml"]), Ok(Some(check)));
    assert_eq!(
        parse(&["--check-manifest"]),
        Err("`--check-manifest` names no file: use `--check-manifest FILE`".into())
    );
    let unknown =
        "`-h` is no flag: use `--print-probes`, `--check-manifest FILE`, or none to serve";
    assert_eq!(parse(&["-h"]), Err(unknown.into()));
}
