use std::time::Duration;

use healthz_core::{CheckExt, Registry};
use healthz_testkit::FakeCheck;
use tokio::time::{advance, sleep};

use crate::support::{DOWN, get, ms, ready, secs, title};

#[tokio::test(start_paused = true)]
async fn a_result_is_served_until_its_time_is_over_and_not_longer() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().cache(secs(10)));
    for _ in 0..5 {
        assert_eq!(title(&registry).await, "OK");
    }
    assert_eq!(database.runs(), 1);
    database.fail(DOWN);
    advance(ms(9_999)).await;
    assert_eq!(title(&registry).await, "OK");
    advance(ms(1)).await;
    assert_eq!(title(&registry).await, "Can't connect to the database");
    assert_eq!(database.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn failures_may_be_kept_for_a_shorter_time() {
    let database = FakeCheck::passing();
    database.fail(DOWN);
    let registry = ready(database.clone().cache(secs(10)).cache_failures(secs(1)));
    assert_eq!(get(&registry, "ready").await.code(), 503);
    database.pass();
    advance(ms(999)).await;
    assert_eq!(get(&registry, "ready").await.code(), 503);
    advance(ms(1)).await;
    assert_eq!(title(&registry).await, "OK");
    advance(secs(9)).await;
    assert_eq!(title(&registry).await, "OK");
    assert_eq!(database.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn failures_are_kept_as_long_as_passes_by_default() {
    let database = FakeCheck::passing();
    database.fail(DOWN);
    let registry = ready(database.clone().cache(secs(10)));
    assert_eq!(get(&registry, "ready").await.code(), 503);
    advance(secs(9)).await;
    assert_eq!(get(&registry, "ready").await.code(), 503);
    assert_eq!(database.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_asks_its_fresh_checks_beside_its_cached_ones() {
    let (cached, fresh) = (FakeCheck::passing(), FakeCheck::passing());
    let registry = Registry::builder()
        .check("cached", cached.clone().cache(secs(10)))
        .check("fresh", fresh.clone())
        .endpoint("ready", ["cached", "fresh"])
        .build()
        .unwrap();
    for _ in 0..3 {
        assert_eq!(title(&registry).await, "OK");
    }
    assert_eq!((cached.runs(), fresh.runs()), (1, 3));
    fresh.fail(DOWN);
    assert_eq!(title(&registry).await, "Can't connect to the database");
    cached.fail(DOWN);
    advance(secs(10)).await;
    let both = "Can't connect to the database; Can't connect to the database";
    assert_eq!(title(&registry).await, both);
    fresh.pass();
    assert_eq!(title(&registry).await, "Can't connect to the database");
    assert_eq!(cached.runs(), 2);
}

/// A slow cached check is red until its first result, and then served.
#[tokio::test(start_paused = true)]
async fn a_result_that_came_after_the_budget_is_served_to_the_next() {
    let slow = FakeCheck::passing().takes(secs(2));
    let registry = ready(slow.clone().cache(secs(10)));
    assert_eq!(title(&registry).await, "The db check timed out");
    sleep(secs(2)).await;
    assert_eq!(title(&registry).await, "OK");
    assert_eq!(slow.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_duration_without_end_is_years_and_no_overflow() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().cache(Duration::MAX).timeout(Duration::MAX));
    assert_eq!(title(&registry).await, "OK");
    database.hang();
    advance(secs(20 * 365 * 86_400)).await;
    assert_eq!(title(&registry).await, "OK");
    assert_eq!(database.runs(), 1);

    let hung = FakeCheck::hanging();
    let registry = ready(hung.clone().timeout(Duration::MAX));
    assert_eq!(title(&registry).await, "The db check timed out");
    assert_eq!(hung.outstanding(), 1);
}
