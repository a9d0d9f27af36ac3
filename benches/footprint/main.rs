//! What the probes add to an application: crates, seconds of a clean debug build, bytes of a
//! stripped release binary.
//!
//! `cargo bench -p healthz-benches --bench footprint [-- APPLICATION]`, where a part of its name is
//! enough; needs Linux and `strip`, and takes minutes: each application is a package of its own, so
//! that nothing but what it asks for is built.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

/// An application, and what it depends on beside what all of them do.
struct App {
    name: &'static str,
    source: &'static str,
    /// Features of axum.
    axum: &'static [&'static str],
    dependencies: &'static [&'static str],
}

const AXUM: [&str; 2] = ["http1", "tokio"];

const APPS: [App; 10] = [
    App {
        name: "axum with its default features",
        source: include_str!("../examples/app.rs"),
        axum: &["default"],
        dependencies: &[],
    },
    App {
        name: "axum with its default features, healthz-axum",
        source: include_str!("../examples/app_healthz.rs"),
        axum: &["default"],
        dependencies: &["healthz-core", "healthz-axum"],
    },
    App {
        name: "bare axum",
        source: include_str!("../examples/app.rs"),
        axum: &AXUM,
        dependencies: &[],
    },
    App {
        name: "healthz-axum",
        source: include_str!("../examples/app_healthz.rs"),
        axum: &AXUM,
        dependencies: &["healthz-core", "healthz-axum"],
    },
    App {
        name: "healthz-axum, healthz-systemd",
        source: include_str!("../examples/app_systemd.rs"),
        axum: &AXUM,
        dependencies: &["healthz-core", "healthz-axum", "healthz-systemd"],
    },
    App {
        name: "healthz-axum, healthz-probe",
        source: include_str!("../examples/app_probe.rs"),
        axum: &AXUM,
        dependencies: &["healthz-core", "healthz-axum", "healthz-probe"],
    },
    App {
        name: "bare axum with `http2`",
        source: include_str!("../examples/app.rs"),
        axum: &["http1", "http2", "tokio"],
        dependencies: &[],
    },
    App {
        name: "the same, healthz-axum, healthz-grpc",
        source: include_str!("../examples/app_grpc.rs"),
        axum: &["http1", "http2", "tokio"],
        dependencies: &["healthz-core", "healthz-axum", "healthz-grpc/axum"],
    },
    App {
        name: "axum-health",
        source: include_str!("../examples/app_axum_health.rs"),
        axum: &AXUM,
        dependencies: &["axum-health", "async-trait"],
    },
    App {
        name: "health-checks",
        source: include_str!("../examples/app_health_checks.rs"),
        axum: &AXUM,
        dependencies: &["health-checks/axum"],
    },
];

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    let wanted = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = wanted.unwrap_or_default();
    writeln!(
        out,
        "| application | crates | seconds of a debug build | bytes of a release binary |"
    )?;
    writeln!(out, "|---|---|---|---|")?;
    for (at, app) in APPS.iter().enumerate().filter(|(_, app)| app.name.contains(&wanted)) {
        let package = write(app, at)?;
        let crates = crates(&package)?.len();
        let seconds = debug_build(&package)?;
        let bytes = release_bytes(&package)?;
        writeln!(out, "| {} | {crates} | {seconds:.1} | {bytes} |", app.name)?;
    }
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Writes the application down as a package of its own.
fn write(app: &App, at: usize) -> io::Result<PathBuf> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("footprint/{at}"));
    fs::create_dir_all(package.join("src"))?;
    // The versions that the workspace has.
    fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock"))?;
    fs::write(
        package.join("src/main.rs"),
        app.source.replace("healthz_core::async_trait", "async_trait::async_trait"),
    )?;
    let manifest = format!(
        "[package]\nname = \"app\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         axum = {{ version = \"0.8\", default-features = false, features = {:?} }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt\"] }}\n{}",
        app.axum,
        app.dependencies.iter().map(dependency).collect::<String>()
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    Ok(package)
}

/// A line of the manifest: ours from where they are, others in the version of the workspace.
fn dependency(written: &&str) -> String {
    let (name, feature) = written.split_once('/').unwrap_or((written, ""));
    let features: Vec<&str> =
        Some(feature).filter(|feature| !feature.is_empty()).into_iter().collect();
    let path = root().join(name);
    let from = if path.is_dir() {
        format!("path = \"{}\"", path.display())
    } else {
        "version = \"*\"".into()
    };
    format!("{name} = {{ {from}, features = {features:?} }}\n")
}

/// The crates that the application is made of at run time, itself not counted.
fn crates(package: &Path) -> io::Result<BTreeSet<String>> {
    let mut tree = cargo(package);
    tree.args(["tree", "-e", "no-dev,no-build", "--prefix", "none", "-f", "{p}"]);
    let listed = String::from_utf8_lossy(&tree.output()?.stdout).into_owned();
    let name = |line: &str| line.split_whitespace().next().map(str::to_owned);
    Ok(listed.lines().skip(1).filter_map(name).collect())
}

/// How long the processor is busy with a clean build.
fn debug_build(package: &Path) -> io::Result<f64> {
    let target = package.join("target");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let before = seconds_of_children()?;
    build(cargo(package).args(["build", "--quiet"]).arg("--target-dir").arg(&target))?;
    let spent = seconds_of_children()? - before;
    fs::remove_dir_all(&target)?;
    Ok(spent)
}

fn release_bytes(package: &Path) -> io::Result<u64> {
    // One for all, because what they share is the same.
    let target = package.with_file_name("release");
    build(cargo(package).args(["build", "--quiet", "--release"]).arg("--target-dir").arg(&target))?;
    let binary = target.join("release/app");
    build(Command::new("strip").arg(&binary))?;
    Ok(fs::metadata(binary)?.len())
}

fn cargo(package: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(package);
    // As a user has it, whatever this machine has set.
    for variable in ["CARGO_PROFILE_DEV_DEBUG", "CARGO_TARGET_DIR", "RUSTFLAGS"] {
        cargo.env_remove(variable);
    }
    cargo
}

fn build(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?} failed"))) }
}

/// User time of all processes that this one has waited for, and of those that they have.
fn seconds_of_children() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name before it is in brackets and may hold anything; ticks are hundredths on Linux.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().nth(13).and_then(|ticks| ticks.parse::<f64>().ok());
    Ok(ticks.unwrap_or_default() / 100.0)
}
