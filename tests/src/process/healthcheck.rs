use std::{
    fs, io,
    process::{Command, Output},
};

use super::Service;

/// The command inside a container: nothing is set but where the service is.
fn healthcheck(binary: &str, arguments: &[&str], place: &str) -> io::Result<Output> {
    let mut command = Command::new(binary);
    command.args(arguments).env_clear().env("HEALTHZ_PROBE", place).output()
}

fn assert_said(output: &Output, code: i32, out: &str) {
    let said = (output.status.code(), &*output.stdout, &*output.stderr);
    assert_eq!(said, (Some(code), out.as_bytes(), &b""[..]), "{output:?}");
}

/// From the start to the end it is readiness in words and as an exit code.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn healthcheck_says_what_readiness_says(binary: &str) -> io::Result<()> {
    let service = Service::start(binary, &[("STARTUP_DELAY", "600")])?;
    let place = service.address().to_string();
    assert_said(&healthcheck(binary, &["--healthcheck"], &place)?, 1, "Starting\n");
    assert_said(&healthcheck(binary, &["--healthcheck=live"], &place)?, 0, "OK\n");

    let mut service = Service::start(binary, &[("KUBERNETES_SERVICE_HOST", "10.0.0.1")])?;
    let place = service.address().to_string();
    let ask = |argument| healthcheck(binary, &[argument], &place);
    service.wait_for("/healthz/ready", 200)?;
    assert_said(&ask("--healthcheck")?, 0, "OK\n");
    fs::write(service.directory().join("notes.sqlite"), "no database")?;
    service.wait_for("/healthz/ready", 503)?;
    assert_said(&ask("--healthcheck")?, 1, "Can't reach the database\n");

    service.signal("TERM")?;
    service.wait_for_line("lifecycle=draining")?;
    assert_said(&ask("--healthcheck")?, 1, "Shutting down\n");
    assert_said(&ask("--healthcheck=live")?, 0, "OK\n");
    service.signal("TERM")?;
    service.wait()?;
    let gone = ask("--healthcheck")?;
    assert_eq!((gone.status.code(), &*gone.stdout), (Some(1), &b""[..]), "{gone:?}");
    let message = String::from_utf8_lossy(&gone.stderr);
    assert!(message.starts_with(&format!("can't connect to {place}: ")), "{message}");
    Ok(())
}

/// An endpoint, a path or an address, and the service's listen address is an address.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn healthcheck_asks_what_it_is_told(binary: &str) -> io::Result<()> {
    let service = Service::start(binary, &[("ADDRESS", "0.0.0.0:0")])?;
    service.wait_for("/healthz/ready", 200)?;
    let place = service.address().to_string();
    assert!(place.starts_with("0.0.0.0:"), "{place}");
    let lines = service.logged("/healthz/").len();
    for endpoint in ["startup", "live", "ready"] {
        for argument in [
            format!("--healthcheck={endpoint}"),
            format!("--healthcheck=/healthz/{endpoint}"),
            format!("--healthcheck=http://{place}/healthz/{endpoint}"),
        ] {
            let output = healthcheck(binary, &[&argument, "--timeout=10s"], &place)?;
            assert_said(&output, 0, "OK\n");
        }
    }
    assert_eq!(service.logged("/healthz/").len(), lines, "a healthy probe left a line");
    let output = healthcheck(binary, &["--healthcheck", "redy"], &place)?;
    assert_said(&output, 1, "The redy check endpoint is not setup\n");
    Ok(())
}

/// No configuration, no database, no file: what would stop the service does not stop its probe.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn healthcheck_reads_nothing_of_the_service(binary: &str) -> io::Result<()> {
    let service = Service::start(binary, &[])?;
    service.wait_for("/healthz/ready", 200)?;
    let directory = tempfile::tempdir()?;
    let broken = [
        ("ADDRESS", "nowhere"),
        ("DATABASE_URL", "nonsense"),
        ("DATA_DIR", "/nowhere"),
        ("HEALTHZ_CONFIG", "/nowhere/healthz.toml"),
        ("STARTUP_DELAY", "never"),
    ];
    let run = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        command.args(arguments).envs(broken).current_dir(directory.path());
        command.env("HEALTHZ_PROBE", service.address().to_string()).output()
    };
    assert_eq!(run(&[])?.status.code(), Some(1), "the service takes it");
    assert_said(&run(&["--healthcheck"])?, 0, "OK\n");
    assert_eq!(fs::read_dir(directory.path())?.count(), 0, "it made a file");
    Ok(())
}

/// Elsewhere on the command line it is the service's own, and what only looks like it always is.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn healthcheck_is_the_first_argument(binary: &str) -> io::Result<()> {
    let run = |arguments: &[&str]| healthcheck(binary, arguments, "127.0.0.1:1");
    for arguments in [&["--healthchecks"][..], &["--health"], &["--healthchek", "--healthcheck"]] {
        let output = run(arguments)?;
        let message = String::from_utf8_lossy(&output.stderr);
        let expected = format!("Error: `{}` is no flag: use ", arguments[0]);
        assert!(message.starts_with(&expected), "{message}");
    }
    let mistake = run(&["--healthcheck", "--anywere"])?;
    let message = String::from_utf8_lossy(&mistake.stderr);
    assert_eq!(mistake.status.code(), Some(1), "{mistake:?}");
    assert!(message.starts_with("`--anywere` is no option: use "), "{message}");
    Ok(())
}
