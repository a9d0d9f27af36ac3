use std::time::Duration;

use healthz_core::{Lifecycle, Registry, RegistryBuilder, adapter::Request, check_fn};
use tokio::time::{sleep, timeout};

fn builder() -> RegistryBuilder {
    Registry::builder().liveness("live", []).readiness("ready", []).startup("startup", [])
}

/// The statuses of liveness, readiness and startup.
async fn statuses(registry: &Registry) -> [u16; 3] {
    let mut statuses = [0; 3];
    for (status, endpoint) in statuses.iter_mut().zip(["live", "ready", "startup"]) {
        *status = registry.respond(Request::new("GET", endpoint)).await.code();
    }
    statuses
}

async fn title(registry: &Registry, endpoint: &str) -> String {
    registry.report(endpoint).await.unwrap().title().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_slow_start_never_flickers() {
    let registry = builder().starting().build().unwrap();
    let starting = registry.clone();
    tokio::spawn(async move {
        sleep(Duration::from_millis(1995)).await;
        starting.mark_started();
    });
    let mut green = 0;
    for probe in 0..400 {
        let begun = probe >= 200;
        let expected = if begun { [200, 200, 200] } else { [200, 503, 503] };
        assert_eq!(statuses(&registry).await, expected, "after {probe} x 10 ms");
        green += usize::from(begun);
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(green, 200);
}

#[tokio::test]
async fn a_registry_runs_unless_it_says_that_it_starts() {
    let registry = builder().build().unwrap();
    assert_eq!(registry.lifecycle(), Lifecycle::Running);
    assert_eq!(statuses(&registry).await, [200, 200, 200]);
}

#[tokio::test]
async fn draining_closes_readiness_and_nothing_else() {
    let registry = builder().endpoint("plain", []).build().unwrap();
    registry.begin_drain();
    assert_eq!(statuses(&registry).await, [200, 503, 200]);
    assert_eq!(title(&registry, "ready").await, "Shutting down");
    assert_eq!(title(&registry, "plain").await, "OK");
}

#[tokio::test]
async fn a_service_that_ends_before_it_began_never_started() {
    let registry = builder().starting().build().unwrap();
    registry.begin_drain();
    registry.mark_started();
    assert_eq!(statuses(&registry).await, [200, 503, 503]);
    assert_eq!(title(&registry, "startup").await, "Shutting down");
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_out_when_the_drain_begins_reads_503() {
    let slow = check_fn(|| async {
        sleep(Duration::from_millis(300)).await;
        Ok(())
    });
    let registry = Registry::builder().readiness("ready", slow).build().unwrap();
    let (probe, report) = (registry.clone(), registry.clone());
    let probe = tokio::spawn(async move { probe.respond(Request::new("GET", "ready")).await });
    let report = tokio::spawn(async move { report.report("ready").await });
    sleep(Duration::from_millis(100)).await;
    registry.begin_drain();
    let answer = probe.await.unwrap();
    assert_eq!(answer.body(), r#"{"status": 503, "title": "Shutting down"}"#);
    assert_eq!(report.await.unwrap().unwrap().title(), "Shutting down");
}

#[tokio::test(start_paused = true)]
async fn a_point_of_the_lifecycle_can_be_awaited() {
    let registry = builder().starting().build().unwrap();
    let running = tokio::spawn(registry.wait_for(Lifecycle::Running));
    let draining = tokio::spawn(registry.wait_for(Lifecycle::Draining));
    sleep(Duration::from_secs(1)).await;
    assert!(!running.is_finished());

    registry.mark_started();
    timeout(Duration::from_secs(1), running).await.unwrap().unwrap();
    assert!(!draining.is_finished());

    registry.begin_drain();
    timeout(Duration::from_secs(1), draining).await.unwrap().unwrap();
    let past = timeout(Duration::ZERO, registry.wait_for(Lifecycle::Running)).await;
    assert!(past.is_ok(), "what is past is reached");
}
