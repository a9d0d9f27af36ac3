use healthz_core::{CheckExt, CheckReport, DEFAULT_BUDGET, Endpoint, Registry};
use healthz_testkit::FakeCheck;
use tokio::time::Instant;

use crate::support::{DOWN, OK, get, ms, ready, secs, title};

#[tokio::test(start_paused = true)]
async fn a_check_that_never_wakes_cannot_hang_a_probe() {
    let registry = ready(FakeCheck::hanging());
    let begun = Instant::now();
    assert_eq!(title(&registry).await, "The db check timed out");
    assert_eq!(begun.elapsed(), DEFAULT_BUDGET);
}

#[tokio::test(start_paused = true)]
async fn what_is_known_when_the_budget_is_over_is_reported() {
    let (down, hanging) = (FakeCheck::passing().takes(ms(10)), FakeCheck::hanging());
    down.fail(DOWN);
    let registry = Registry::builder()
        .check("hung", hanging)
        .check("fine", FakeCheck::passing().takes(ms(20)))
        .check("down", down)
        .endpoint("ready", ["hung", "fine", "down"])
        .build()
        .unwrap();
    assert_eq!(title(&registry).await, "The hung check timed out; Can't connect to the database");

    let report = registry.report("ready").await.unwrap();
    let pending: Vec<_> = report.checks().iter().map(CheckReport::is_pending).collect();
    assert_eq!(pending, [true, false, false]);
    assert!(report.checks()[1].status().is_pass());
}

#[tokio::test(start_paused = true)]
async fn checks_of_an_endpoint_run_side_by_side() {
    let names: Vec<String> = (0..10).map(|i| format!("check{i}")).collect();
    let builder = names.iter().fold(Registry::builder(), |builder, name| {
        builder.check(name, FakeCheck::passing().takes(ms(100)))
    });
    let registry = builder.endpoint("ready", names).build().unwrap();
    let begun = Instant::now();
    assert_eq!(get(&registry, "ready").await.body(), OK);
    assert_eq!(begun.elapsed(), ms(100));
}

#[tokio::test(start_paused = true)]
async fn the_run_goes_on_for_whoever_asks_next() {
    let slow = FakeCheck::passing().takes(secs(1));
    let registry = ready(slow.clone());
    assert_eq!(title(&registry).await, "The db check timed out");
    let begun = Instant::now();
    assert_eq!(title(&registry).await, "OK");
    assert_eq!(begun.elapsed(), ms(200));
    assert_eq!(slow.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_endpoint_has_its_own_budget() {
    let registry = Registry::builder()
        .budget(ms(300))
        .check("db", FakeCheck::hanging())
        .endpoint("ready", ["db"])
        .endpoint("patient", Endpoint::new(["db"]).budget(secs(2)))
        .build()
        .unwrap();
    for (endpoint, budget) in [("ready", ms(300)), ("patient", secs(2))] {
        let begun = Instant::now();
        assert_eq!(get(&registry, endpoint).await.code(), 503);
        assert_eq!(begun.elapsed(), budget);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_optional_check_is_a_warning_within_the_budget() {
    let registry = ready(FakeCheck::hanging().optional());
    let begun = Instant::now();
    assert_eq!(get(&registry, "ready").await.body(), OK);
    assert_eq!(begun.elapsed(), DEFAULT_BUDGET);
}
