//! What is the same of the site in every framework.
//!
//! | path | what it is |
//! |---|---|
//! | `/healthz/..` | the endpoints of [`registry`] |
//! | `/admin/healthz/..` | the same, nested |
//! | `/dressed/healthz/..` | behind compression, CORS and security header fields, [`REPLACED`] |
//! | `/locked/healthz/..` | behind the application's own authentication, which answers 401 |
//! | `/turned/healthz/..` | behind middleware that turns 200 to 500, and everything else to 200 |
//! | `/impostor/healthz/live` | [`impostor`], an application's route that answers like a healthy probe |
//! | `/hello`, `/broken`, `/slow`, `/stream` | the application: 200, 500, 200 after [`SLOW`], three chunks |

use std::{io, time::Duration};

use healthz_core::{HealthError, Registry, check_fn};
use http::{HeaderValue, Response};
use tokio::time::sleep;

/// How long `/slow` and `/healthz/slow` take. The loggers read the system's clock, so it is slept.
pub(crate) const SLOW: Duration = Duration::from_millis(30);

pub(crate) const CHUNKS: [&str; 3] = ["one ", "two ", "three"];

pub(crate) fn registry(prefix: &str) -> Registry {
    let registry = Registry::builder()
        .prefix(prefix)
        .liveness("live", [])
        .readiness("ready", check_fn(async || Ok(())))
        .endpoint("down", check_fn(async || Err(HealthError::new("no database"))))
        .endpoint("slow", check_fn(slow))
        .endpoint("secret", check_fn(secret))
        .endpoint("panic", check_fn(async || panic!("{SECRET}")));
    registry.build().unwrap()
}

/// Asks no check of its readiness before it has started.
pub(crate) fn starting() -> Registry {
    let registry = Registry::builder().starting().liveness("live", []);
    registry.readiness("ready", check_fn(async || Ok(()))).build().unwrap()
}

/// The same, with an endpoint that fails by itself.
pub(crate) fn starting_with_a_fault() -> Registry {
    let registry = Registry::builder().starting().readiness("ready", []);
    registry
        .endpoint("down", check_fn(async || Err(HealthError::new("no database"))))
        .build()
        .unwrap()
}

pub(crate) fn draining() -> Registry {
    let registry = starting();
    registry.begin_drain();
    registry
}

async fn slow() -> Result<(), HealthError> {
    sleep(SLOW).await;
    Err(HealthError::new("too slow"))
}

/// What no client may read.
pub(crate) const SECRET: &str = "postgres://app:hunter2@db";

async fn secret() -> Result<(), HealthError> {
    Err(io::Error::other(SECRET))?;
    Ok(())
}

/// What the middleware of `/dressed` sets everywhere, as OWASP advises, but with values to know it
/// by.
pub(crate) const REPLACED: [(&str, &str); 2] =
    [("cache-control", "no-store, private"), ("x-content-type-options", "nosniff, really")];

/// What the middleware of `/dressed` makes of a response of `http` 1.
pub(crate) fn dress<B>(mut response: Response<B>) -> Response<B> {
    for (name, value) in REPLACED {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What the middleware of `/turned` makes of a status.
pub(crate) fn turned(status: u16) -> u16 {
    if status == 200 { 500 } else { 200 }
}

/// A healthy probe's answer, word for word.
pub(crate) mod impostor {
    pub(crate) const HEADERS: [(&str, &str); 3] = [
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ];
    pub(crate) const BODY: &str = r#"{"status": 200, "title": "OK"}"#;
}
