//! What Rocket itself writes of a probe, and that the filter in the docs leaves it out.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Mutex;

use healthz_core::Registry;
use log::{LevelFilter, Log, Metadata, Record};
use rocket::{Config, config::LogLevel, local::blocking::Client};

static LINES: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

struct Collect;

impl Log for Collect {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        LINES.lock().unwrap().push((record.target().to_owned(), record.args().to_string()));
    }

    fn flush(&self) {}
}

#[test]
fn rockets_own_lines_have_the_targets_of_the_docs() {
    log::set_logger(&Collect).unwrap();
    log::set_max_level(LevelFilter::Info);
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let config = Config { log_level: LogLevel::Off, ..Config::release_default() };
    let app = rocket::custom(config).mount("/", healthz_rocket::routes(&registry));
    let client = Client::untracked(app).unwrap();
    LINES.lock().unwrap().clear();
    assert_eq!(client.get("/healthz/live").dispatch().status().code, 200);

    let mut lines = LINES.lock().unwrap().clone();
    assert!(lines.iter().any(|(_, line)| line.contains("GET /healthz/live:")), "{lines:?}");
    let own = ["rocket::server", "rocket::shield"];
    lines.retain(|(target, _)| !own.iter().any(|own| target.starts_with(own)));
    assert_eq!(lines, []);
}
