use std::time::Duration;

use healthz_core::{DEFAULT_HOLD_LIMIT, KUBERNETES_DRAIN_DELAY, Registry};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn registry(delay: u64, limit: u64) -> Registry {
    let builder = Registry::builder().drain_delay(secs(delay)).hold_limit(secs(limit));
    builder.readiness("ready", []).build().unwrap()
}

/// Yields how long after now the drain was over.
fn drained(registry: &Registry) -> JoinHandle<Duration> {
    let (drained, begin) = (registry.drained(), Instant::now());
    tokio::spawn(async move {
        timeout(Duration::from_secs(7 * 86_400), drained).await.unwrap();
        begin.elapsed()
    })
}

#[tokio::test(start_paused = true)]
async fn it_lasts_as_long_as_the_delay() {
    let registry = registry(7, 0);
    let drained = drained(&registry);
    sleep(secs(60)).await;
    assert!(!drained.is_finished(), "nobody asked for it");
    registry.begin_drain();
    assert_eq!(drained.await.unwrap(), secs(67));
}

#[tokio::test(start_paused = true)]
async fn without_a_delay_it_is_over_at_once() {
    let registry = registry(0, 0);
    registry.begin_drain();
    assert_eq!(drained(&registry).await.unwrap(), secs(0));
}

#[tokio::test(start_paused = true)]
async fn everybody_who_waits_sees_the_same_end() {
    let registry = registry(7, 0);
    let first = drained(&registry);
    registry.begin_drain();
    sleep(secs(3)).await;
    let second = drained(&registry);
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (secs(7), secs(4)));
}

#[tokio::test(start_paused = true)]
async fn a_hold_that_ends_within_the_delay_costs_nothing() {
    let registry = registry(7, 15);
    let hold = registry.hold("import");
    assert_eq!(hold.name(), "import");
    let drained = drained(&registry);
    registry.begin_drain();
    sleep(secs(3)).await;
    drop(hold);
    assert_eq!(drained.await.unwrap(), secs(7));
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_the_last_hold() {
    let registry = registry(7, 15);
    let (first, last) = (registry.hold("import"), registry.hold("import"));
    let drained = drained(&registry);
    registry.begin_drain();
    sleep(secs(9)).await;
    drop(first);
    sleep(secs(2)).await;
    assert!(!drained.is_finished(), "a name may be held twice");
    drop(last);
    assert_eq!(drained.await.unwrap(), secs(11));
}

#[tokio::test(start_paused = true)]
async fn a_hold_taken_during_the_delay_counts() {
    let registry = registry(7, 15);
    let drained = drained(&registry);
    registry.begin_drain();
    sleep(secs(6)).await;
    let late = registry.hold("late");
    sleep(secs(6)).await;
    drop(late);
    assert_eq!(drained.await.unwrap(), secs(12));
}

#[tokio::test(start_paused = true)]
async fn the_limit_bounds_what_is_held() {
    let registry = registry(7, 15);
    let _never_dropped = registry.hold("import");
    let drained = drained(&registry);
    registry.begin_drain();
    assert_eq!(drained.await.unwrap(), secs(22));
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_waits_for_nothing() {
    let registry = registry(7, 0);
    let _never_dropped = registry.hold("import");
    let drained = drained(&registry);
    registry.begin_drain();
    assert_eq!(drained.await.unwrap(), secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_hold_that_panics_is_released() {
    let registry = registry(0, 15);
    let hold = registry.hold("import");
    registry.begin_drain();
    let drained = drained(&registry);
    let work = tokio::spawn(async move {
        let _hold = hold;
        panic!("the import broke");
    });
    assert!(work.await.is_err());
    assert_eq!(drained.await.unwrap(), secs(0));
}

#[tokio::test(start_paused = true)]
async fn a_delay_without_end_does_not_overflow() {
    let builder = Registry::builder().drain_delay(Duration::MAX).hold_limit(Duration::MAX);
    let registry = builder.readiness("ready", []).build().unwrap();
    registry.begin_drain();
    let drained = drained(&registry);
    sleep(secs(86_400)).await;
    assert!(!drained.is_finished());
    drained.abort();
}

#[test]
#[expect(clippy::result_large_err, reason = "the error is figment's")]
fn an_empty_service_host_is_not_kubernetes() {
    figment::Jail::expect_with(|jail| {
        let delay = || Registry::builder().build().unwrap().drain_delay();
        jail.set_env("KUBERNETES_SERVICE_HOST", "");
        assert_eq!(delay(), Duration::ZERO);
        jail.set_env("KUBERNETES_SERVICE_HOST", "10.96.0.1");
        assert_eq!(delay(), KUBERNETES_DRAIN_DELAY);
        Ok(())
    });
}

#[test]
fn the_numbers_can_be_read_back() {
    let registry = registry(7, 9);
    assert_eq!((registry.drain_delay(), registry.hold_limit()), (secs(7), secs(9)));
    assert_eq!(registry.drain_delay_in_kubernetes(), secs(7));

    let registry = Registry::builder().build().unwrap();
    assert_eq!(registry.drain_delay_in_kubernetes(), KUBERNETES_DRAIN_DELAY);
    assert_eq!(registry.hold_limit(), DEFAULT_HOLD_LIMIT);
}
