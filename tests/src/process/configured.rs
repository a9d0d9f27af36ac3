use std::{
    fs, io,
    process::{Command, Output},
};

use super::Service;

const HEALTHZ_TOML: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/healthz.toml");

/// The file adds an endpoint to those of the code, and the service runs from it.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn healthz_toml_is_obeyed(binary: &str) -> io::Result<()> {
    let service = Service::start(binary, &[])?;
    service.wait_for("/healthz/ready", 200)?;
    assert_eq!(service.get("/healthz/storage")?.status(), 404, "the code has it too");
    drop(service);

    let service = Service::start(binary, &[("HEALTHZ_CONFIG", HEALTHZ_TOML)])?;
    for endpoint in ["startup", "live", "ready", "storage"] {
        service.wait_for(&format!("/healthz/{endpoint}"), 200)?;
    }
    Ok(())
}

/// A file with mistakes stops the start, and all of them are named.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn a_wrong_healthz_toml_is_refused(binary: &str) -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("healthz.toml");
    fs::write(&file, "budget = 'soon'\nendpoints.ready = ['databse']\nchecks.disk.every = '0s'\n")?;
    let environment = [("HEALTHZ_CONFIG", file.to_string_lossy())];
    let output = Command::new(binary)
        .envs(environment.iter().map(|(name, value)| (name, value.as_ref())))
        .envs([("ADDRESS", "127.0.0.1:0"), ("DATABASE_URL", "sqlite::memory:")])
        .env("DATA_DIR", directory.path())
        .output()?;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(output.stdout, b"", "it listened");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "Error: 3 mistakes:\n\
         - `budget` in the configuration is `soon`: give it a duration with its unit, as in `500ms` or \
         `2s`\n\
         - `checks.disk.every` in the configuration is zero: give it a positive duration, or leave it \
         out\n\
         - `endpoints.ready.checks` in the configuration names the unknown check `databse`: register \
         it, or use one of `database`, `disk` (did you mean `database`?)\n"
    );
    Ok(())
}

/// A pod with the printed probes is what the service wants, one with a wrong path is not, and the
/// exit status tells advice from both.
///
/// # Errors
/// If the service misbehaves.
///
/// # Panics
/// If the promise is broken.
pub fn the_printed_probes_pass_the_lint(binary: &str) -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let run = |arguments: &[&str]| -> io::Result<Output> {
        let mut command = Command::new(binary);
        command.args(arguments).env("DATABASE_URL", "sqlite::memory:");
        command.env("DATA_DIR", directory.path()).env_remove("HEALTHZ_CONFIG").output()
    };
    let printed = run(&["--print-probes"])?;
    assert_eq!(printed.status.code(), Some(0), "{printed:?}");
    let probes = String::from_utf8_lossy(&printed.stdout);
    let probes = probes.lines().map(|line| format!("      {line}\n")).collect::<Vec<_>>().concat();
    let pod = "kind: Pod\nmetadata: { name: notes }\nspec:\n  containers:\n    - name: notes\n      \
               ports: [{ name: http, containerPort: 8000 }]\n";
    let file = directory.path().join("pod.yaml");
    let check = |manifest: String| {
        fs::write(&file, manifest)?;
        run(&["--check-manifest", &file.to_string_lossy()])
    };

    let fitting = check([pod, &probes].concat())?;
    assert_eq!((fitting.status.code(), &*fitting.stdout), (Some(0), &b""[..]), "{fitting:?}");
    let seldom = check([pod, &probes.replace("periodSeconds: 5", "periodSeconds: 60")].concat())?;
    assert_eq!(seldom.status.code(), Some(2), "{seldom:?}");
    assert_eq!(String::from_utf8_lossy(&seldom.stdout).matches("advice: ").count(), 1);
    let wrong = check([pod, &probes.replace("/healthz/ready", "/healthz/redy")].concat())?;
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    assert_eq!(
        String::from_utf8_lossy(&wrong.stdout),
        "container `notes` of Pod `notes`: the readinessProbe asks for `/healthz/redy`, which no \
         endpoint serves: use one of `/healthz/live`, `/healthz/ready`, `/healthz/startup` (did you \
         mean `/healthz/ready`?)\n"
    );
    Ok(())
}
