//! The page in a real browser: what it shows, that it refreshes, and that axe finds nothing.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{
    env,
    fmt::Write,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use healthz_core::{CheckExt, Details, HealthError, Registry, RegistryBuilder};
use healthz_readers::{can_run, is_missing, serve};

/// The service of which everybody has a picture: a database, a search engine, a disk.
fn notes(database: Arc<AtomicBool>, search: bool) -> RegistryBuilder {
    let passes = |well: bool, text: &'static str| well.then_some(()).ok_or(HealthError::new(text));
    let database = move || passes(database.load(Ordering::Relaxed), "Can't reach the database");
    let search = move || passes(search, "The search index is two hours old");
    let often = Duration::from_millis(100);
    Registry::builder()
        .service_id("notes")
        .check("database", database.every(often))
        .check("search", search.optional())
        .check("disk", || Ok(()))
        .check("queue", || Ok(()))
        .liveness("live", [])
        .readiness("ready", ["database", "search", "disk", "queue"])
        .startup("startup", ["database"])
}

fn up(up: bool) -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(up))
}

fn crowd() -> Registry {
    let names: Vec<String> = (0..500).map(|i| format!("tenant-{i:03}")).collect();
    let add = |builder: RegistryBuilder, (i, name): (usize, &String)| {
        let check = move || match i % 50 {
            7 => Err(HealthError::new("The tenant's schema is missing")),
            _ => Ok(()),
        };
        builder.check(name, check)
    };
    let builder = names.iter().enumerate().fold(Registry::builder(), add);
    builder.readiness("ready", names).build().unwrap()
}

fn markup() -> Registry {
    let name = "<script>alert(1)</script>";
    let fail =
        || Err(HealthError::new("<img src=x onerror=alert(2)> & \"quotes\" \u{202e}reversed"));
    Registry::builder().check(name, fail).readiness("ready", [name]).build().unwrap()
}

/// Serves each state; the flag turns the database of the first.
fn states() -> (Vec<(&'static str, SocketAddr)>, Arc<AtomicBool>) {
    let turning = up(true);
    let draining = notes(up(true), true).build().unwrap();
    draining.begin_drain();
    let never = notes(up(false), false).details(Details::Never).build().unwrap();
    let states = vec![
        ("turning", serve(&notes(turning.clone(), true).build().unwrap())),
        ("healthy", serve(&notes(up(true), true).build().unwrap())),
        ("red", serve(&notes(up(false), false).build().unwrap())),
        ("degraded", serve(&notes(up(true), false).build().unwrap())),
        ("starting", serve(&notes(up(true), true).starting().build().unwrap())),
        ("draining", serve(&draining)),
        ("never", serve(&never)),
        ("crowd", serve(&crowd())),
        ("markup", serve(&markup())),
    ];
    (states, turning)
}

#[test]
fn the_page_works_in_a_real_browser() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let chromium = env::var("CHROMIUM").unwrap_or_else(|_| "chromium".into());
    let modules = here.join("node_modules");
    let npm = modules.join("playwright-core").exists() && modules.join("axe-core").exists();
    let cure = "apt install chromium nodejs npm";
    if is_missing("chromium", can_run(&chromium, &["--version"]), "TEST_BROWSER", cure)
        || is_missing("node", can_run("node", &["--version"]), "TEST_BROWSER", cure)
        || is_missing("axe-core", npm, "TEST_BROWSER", "npm ci in tests/readers/browser")
    {
        return;
    }
    let (states, turning) = states();
    let mut arguments = String::new();
    for (name, address) in states {
        write!(arguments, "{name}=http://{address}/healthz ").unwrap();
    }
    // The browser says on its output when the database is to turn.
    let mut child = Command::new("node")
        .arg(here.join("page.mjs"))
        .args(arguments.split_whitespace())
        .env("CHROMIUM", chromium)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let said = std::io::BufReader::new(child.stdout.take().unwrap());
    for line in std::io::BufRead::lines(said) {
        match &*line.unwrap() {
            "down" => turning.store(false, Ordering::Relaxed),
            "up" => turning.store(true, Ordering::Relaxed),
            other => eprintln!("{other}"),
        }
    }
    assert!(child.wait().unwrap().success(), "the browser's output says what is wrong");
}
