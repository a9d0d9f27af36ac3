//! What the probes add to an application: bytes of a stripped release binary, and crates.
//!
//! `cargo bench -p healthz-benches --bench footprint --features peers`; needs `strip`.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

const APPS: [&str; 4] = ["app", "app_healthz", "app_axum_health", "app_health_checks"];

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    let mut build = cargo();
    build.args(["build", "--profile", "bench", "-p", "healthz-benches", "--examples"]);
    if cfg!(feature = "peers") {
        build.args(["--features", "peers"]);
    }
    if !build.status()?.success() {
        return Err(io::Error::other("the examples do not build"));
    }
    let mut bare = None;
    for app in APPS {
        let binary = examples().join(app);
        if !binary.exists() {
            continue;
        }
        let size = stripped(&binary)?;
        let bare = *bare.get_or_insert(size);
        writeln!(out, "{app}: {size} bytes, {} added", size.cast_signed() - bare.cast_signed())?;
    }
    for (adapter, framework) in
        [("healthz-axum", "axum"), ("healthz-actix", "actix-web"), ("healthz-warp", "warp")]
    {
        let (with, without) = (crates(adapter)?, crates(framework)?);
        let added: Vec<&str> = with.difference(&without).map(String::as_str).collect();
        writeln!(out, "{adapter}: {} crates added: {}", added.len(), added.join(" "))?;
    }
    Ok(())
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// `target/release/examples`, seen from the temporary directory that cargo gives to benches.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("release").join("examples")
}

fn stripped(binary: &Path) -> io::Result<u64> {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stripped");
    let status = Command::new("strip").arg("-o").arg(&copy).arg(binary).status()?;
    if !status.success() {
        return Err(io::Error::other("`strip` failed"));
    }
    Ok(fs::metadata(copy)?.len())
}

/// The names of a package and of all that it needs at run time.
fn crates(package: &str) -> io::Result<BTreeSet<String>> {
    let mut tree = cargo();
    tree.args(["tree", "-p", package, "-e", "no-dev,no-build", "--prefix", "none", "-f", "{p}"]);
    let listed = String::from_utf8_lossy(&tree.output()?.stdout).into_owned();
    let name = |line: &str| line.split_whitespace().next().map(str::to_owned);
    Ok(listed.lines().filter_map(name).collect())
}
