//! `examples/distroless/` says what the code does, as far as that shows without a container engine.

use std::{error::Error, time::Duration};

use healthz_core::Registry;
use serde_json::Value;

const DOCKERFILE: &str = include_str!("../../distroless/Dockerfile");
const COMPOSE: &str = include_str!("../../distroless/compose.yaml");

/// The timeout of `healthz_probe::main`.
const PROBE: Duration = Duration::from_secs(2);

/// The instructions, each on one line.
fn instructions() -> Vec<String> {
    let lines = DOCKERFILE.replace("\\\n", " ");
    lines.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(words).collect()
}

fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The last stage is the image.
fn image() -> Result<Vec<String>, Box<dyn Error>> {
    let all = instructions();
    let begin = all.iter().rposition(|line| line.starts_with("FROM ")).ok_or("no FROM")?;
    Ok(all[begin..].to_vec())
}

fn instruction(name: &str) -> Result<String, Box<dyn Error>> {
    let found: Vec<String> =
        image()?.iter().filter_map(|line| line.strip_prefix(name).map(str::to_owned)).collect();
    let [only] = &found[..] else { return Err(format!("{name}: {found:?}").into()) };
    Ok(only.trim().to_owned())
}

fn seconds(text: &str) -> Result<Duration, Box<dyn Error>> {
    let seconds = text.strip_suffix('s').ok_or(format!("`{text}` is not in seconds"))?;
    Ok(Duration::from_secs(seconds.parse()?))
}

#[test]
fn the_image_asks_itself_without_a_shell() -> Result<(), Box<dyn Error>> {
    let entrypoint: Vec<String> = serde_json::from_str(&instruction("ENTRYPOINT ")?)?;
    let healthcheck = instruction("HEALTHCHECK ")?;
    let (options, command) = healthcheck.split_once("CMD ").ok_or("no CMD")?;
    let command: Vec<String> = serde_json::from_str(command)?;
    assert_eq!(command, [&*entrypoint[0], "--healthcheck"]);
    assert!(image()?[0].starts_with("FROM gcr.io/distroless/static-"), "{:?}", image()?[0]);
    let shell = image()?.into_iter().find(|line| line.starts_with("RUN ") || line.contains("curl"));
    assert_eq!(shell, None);
    let binary = image()?.into_iter().find(|line| line.ends_with(&format!(" {}", entrypoint[0])));
    assert!(binary.ok_or("no binary")?.starts_with("COPY --from=build "));

    let option = |name: &str| options.split_once(name).and_then(|(_, rest)| rest.split(' ').next());
    let timeout = seconds(option("--timeout=").ok_or("no timeout")?)?;
    assert!(timeout > PROBE, "Docker gives up after {timeout:?}, the probe after {PROBE:?}");
    Ok(())
}

#[test]
fn the_probe_finds_the_port_of_the_image() -> Result<(), Box<dyn Error>> {
    let port = instruction("EXPOSE ")?;
    assert_eq!(port, "8000", "the probe asks for port 8000 where HEALTHZ_PROBE says nothing else");
    assert!(instruction("ENV ")?.contains(&format!("ADDRESS=0.0.0.0:{port}")));
    Ok(())
}

#[test]
fn whoever_depends_on_the_notes_waits_until_they_are_healthy() -> Result<(), Box<dyn Error>> {
    let compose: Value = serde_saphyr::from_str(COMPOSE)?;
    let services = compose["services"].as_object().ok_or("no services")?;
    let mut waiting = 0;
    for (name, service) in services {
        let build = &service["build"];
        assert_eq!(build["context"], "../..", "{name}");
        assert_eq!(build["dockerfile"], "examples/distroless/Dockerfile", "{name}");
        for (other, how) in service["depends_on"].as_object().into_iter().flatten() {
            assert_eq!(how["condition"], "service_healthy", "{name}");
            assert!(services[other]["healthcheck"].is_null(), "{other} has the image's own");
            let command = service["command"][0].as_str().ok_or("no command")?;
            assert_eq!(command, format!("--healthcheck=http://{other}:8000/healthz/ready"));
            waiting += 1;
        }
    }
    assert_eq!(waiting, 1);
    Ok(())
}

#[test]
fn compose_waits_longer_than_the_whole_end() -> Result<(), Box<dyn Error>> {
    let compose: Value = serde_saphyr::from_str(COMPOSE)?;
    let grace = compose["services"]["notes"]["stop_grace_period"].as_str().ok_or("no grace")?;
    let registry = Registry::builder().readiness("ready", []).build()?;
    // Without Kubernetes there is no delay, but whoever sets one should not have to come here.
    let end = registry.drain_delay_in_kubernetes() + registry.hold_limit() + registry.stop_limit();
    assert!(seconds(grace)? > end, "{grace} of grace for {end:?}");
    Ok(())
}
