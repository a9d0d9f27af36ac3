use std::time::Duration;

use healthz_core::{
    CheckExt, Registry,
    adapter::{Answer, Request},
};

/// What a check says whose database is down.
pub(crate) const DOWN: &str = "Can't connect to the database";

pub(crate) const OK: &str = r#"{"status": 200, "title": "OK"}"#;

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A registry with the one endpoint `ready`, made of one check.
pub(crate) fn ready(check: impl CheckExt) -> Registry {
    Registry::builder().check("db", check).endpoint("ready", ["db"]).build().unwrap()
}

pub(crate) async fn get(registry: &Registry, endpoint: &str) -> Answer {
    registry.respond(Request::new("GET", endpoint)).await
}

/// The title that a probe of `ready` reads.
pub(crate) async fn title(registry: &Registry) -> String {
    let answer = get(registry, "ready").await;
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(body["status"], answer.code());
    body["title"].as_str().unwrap().to_owned()
}

/// Waits until listeners have been told what there is to tell. They are told on another thread, and
/// a clock that is stopped does not move before that thread is through.
pub(crate) async fn told() {
    tokio::time::sleep(ms(1)).await;
}
