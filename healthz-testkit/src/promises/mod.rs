//! The promises: each a function that panics if a server breaks it.

pub mod checks;
pub mod clients;
pub mod connections;
pub mod headers;
pub mod methods;
pub mod mounting;
pub mod names;
pub mod views;

use std::time::Duration;

use healthz_core::{HealthError, Registry};

use crate::{Response, until};

pub(crate) const PASSING: &str = "OK";
pub(crate) const FAILING: &str = "Can't connect to the database";
pub(crate) const NOT_ALLOWED: &str = "Method Not Allowed";

/// Longer than any test takes, for what a test does not want to run out.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(3600);

/// A registry with the endpoints `live`, which passes, and `down`, which fails.
pub(crate) fn live_and_down() -> Registry {
    Registry::builder().liveness("live", []).endpoint("down", fail).build().unwrap()
}

pub(crate) fn fail() -> Result<(), HealthError> {
    Err(HealthError::new(FAILING))
}

/// Asserts all that every answer has in common, and the status and title of this one.
#[track_caller]
pub(crate) fn assert_answer(response: &Response, status: u16, title: &str) {
    assert_eq!((response.status(), response.title()), (status, title.to_owned()), "{response:?}");
    assert_common(response);
}

/// Asserts what every answer of ours has in common.
#[track_caller]
pub(crate) fn assert_common(response: &Response) {
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(response.content_length(), response.body().len());
    assert!(response.body().chars().all(printable), "{response:?}");
    let title = serde_json::to_string(&response.title()).unwrap();
    if title.chars().all(printable) {
        let body = format!(r#"{{"status": {}, "title": {title}}}"#, response.status());
        assert_eq!(response.body(), body);
    }
}

fn printable(character: char) -> bool {
    matches!(character, ' '..='~')
}

/// Waits until so many probes have asked the check `arrivals`. Its runs have ended by then: a probe
/// that comes during one joins it, and is not counted.
pub(crate) fn arrived(registry: &Registry, probes: u64) {
    let runs = || registry.known().check("arrivals").map(|check| check.runs().pass());
    until("enough probes have arrived", || runs() >= Some(probes));
}

pub(crate) fn not_setup(name: &str) -> String {
    format!("The {name} check endpoint is not setup")
}
