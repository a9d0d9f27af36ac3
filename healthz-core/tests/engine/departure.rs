use healthz_core::{CheckExt, Registry};
use healthz_testkit::FakeCheck;
use tokio::time::{sleep, timeout};

use crate::support::{OK, get, ms, ready, secs, title};

/// Asks and hangs up after 1 ms; tells whether it got no answer.
async fn leave_early(registry: &Registry) -> bool {
    timeout(ms(1), get(registry, "ready")).await.is_err()
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_leaves_cancels_nothing_for_the_others() {
    let database = FakeCheck::passing().takes(ms(50));
    let registry = ready(database.clone());
    let other = tokio::spawn({
        let registry = registry.clone();
        async move {
            sleep(ms(2)).await;
            get(&registry, "ready").await
        }
    });
    assert!(leave_early(&registry).await);
    assert_eq!(other.await.unwrap().body(), OK);
    assert_eq!(database.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_leaves_counts_as_no_failure() {
    let database = FakeCheck::passing().takes(ms(50));
    let registry = ready(database.clone().cache(secs(10)));
    assert!(leave_early(&registry).await);
    sleep(ms(60)).await;
    let report = registry.report("ready").await.unwrap();
    assert_eq!(report.checks()[0].consecutive_failures(), 0);
    assert_eq!(report.title(), "OK");
    assert_eq!(database.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_aborted_probes_leave_the_cell_healthy() {
    let database = FakeCheck::passing().takes(ms(50));
    let registry = ready(database.clone());
    let mut left = 0;
    for _ in 0..10_000 {
        left += usize::from(leave_early(&registry).await);
    }
    assert!(left > 9_000, "only {left} left before their answer");
    assert_eq!(database.most_outstanding(), 1);
    assert_eq!(title(&registry).await, "OK");
    sleep(secs(1)).await;
    assert_eq!(database.outstanding(), 0);
}
