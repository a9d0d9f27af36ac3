use healthz_core::{CheckExt, Lifecycle, Registry};
use healthz_testkit::FakeCheck;
use tokio::time::sleep;

use crate::support::{DOWN, get, secs};

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

#[tokio::test(start_paused = true)]
async fn a_pass_that_nobody_waited_for_is_a_pass() {
    let database = FakeCheck::passing().takes(secs(2));
    let checks = Registry::builder().check("db", database.clone().timeout(secs(5)));
    let registry = checks.startup("startup", ["db"]).build().unwrap();
    assert_eq!(get(&registry, "startup").await.code(), 503, "it is not there yet");
    sleep(secs(2)).await;
    database.fail(DOWN);
    assert_eq!(get(&registry, "startup").await.code(), 200);
    assert_eq!(database.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_nobody_waited_for_is_none() {
    let database = FakeCheck::failing(DOWN).takes(secs(2));
    let checks = Registry::builder().check("db", database.clone().timeout(secs(5)));
    let registry = checks.startup("startup", ["db"]).build().unwrap();
    assert_eq!(get(&registry, "startup").await.code(), 503);
    sleep(secs(2)).await;
    assert_eq!(get(&registry, "startup").await.code(), 503);
    assert_eq!(database.runs(), 2);
}
