use healthz_core::{Lifecycle, Registry};
use healthz_testkit::FakeCheck;

use crate::support::{DOWN, get};

fn registry(database: &FakeCheck, cache: &FakeCheck) -> Registry {
    Registry::builder()
        .starting()
        .check("db", database.clone())
        .check("cache", cache.clone())
        .liveness("live", [])
        .readiness("ready", ["db"])
        .startup("startup", ["db", "cache"])
        .startup("bare", [])
        .build()
        .unwrap()
}

async fn titles(registry: &Registry) -> [String; 4] {
    let mut titles = Vec::new();
    for endpoint in ["live", "ready", "startup", "bare"] {
        titles.push(registry.report(endpoint).await.unwrap().title().to_owned());
    }
    titles.try_into().unwrap()
}

#[tokio::test]
async fn endpoints_follow_the_lifecycle() {
    let (database, cache) = (FakeCheck::passing(), FakeCheck::passing());
    let registry = registry(&database, &cache);
    assert_eq!(registry.lifecycle(), Lifecycle::Starting);
    assert_eq!(titles(&registry).await, ["OK", "Starting", "Starting", "Starting"]);
    assert_eq!(database.runs(), 0, "what the lifecycle decides needs no check");
    registry.mark_started();
    assert_eq!(titles(&registry).await, ["OK", "OK", "OK", "OK"]);
    registry.begin_drain();
    assert_eq!(titles(&registry).await, ["OK", "Shutting down", "OK", "OK"]);
    registry.mark_started();
    assert_eq!(registry.lifecycle(), Lifecycle::Draining, "it only moves forward");
}

#[tokio::test]
async fn startup_is_red_until_each_check_passed_once_and_then_green_for_good() {
    let (database, cache) = (FakeCheck::passing(), FakeCheck::passing());
    let registry = registry(&database, &cache);
    registry.mark_started();
    cache.fail(DOWN);
    for _ in 0..2 {
        assert_eq!(get(&registry, "startup").await.code(), 503);
    }
    // Not both at once: each has passed once, at another time.
    database.fail(DOWN);
    cache.pass();
    assert_eq!(get(&registry, "startup").await.code(), 200);
    let runs = (database.runs(), cache.runs());
    cache.fail(DOWN);
    assert_eq!(get(&registry, "startup").await.code(), 200);
    assert_eq!((database.runs(), cache.runs()), runs, "its work is done");
}
