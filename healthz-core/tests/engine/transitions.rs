use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use healthz_core::{CheckExt, HealthError, Registry, TransitionKind};
use healthz_testkit::FakeCheck;
use tokio::time::{advance, sleep};

use crate::support::{self, DOWN, get, ms, secs, title};

/// What a listener was told, in short.
#[derive(Debug, PartialEq)]
enum Told {
    Failed(String, Duration),
    Recovered(u64, Duration),
}

fn told(check: impl CheckExt) -> (Registry, impl AsyncFn() -> Vec<Told>) {
    let heard = Arc::<Mutex<Vec<Told>>>::default();
    let write = heard.clone();
    let registry = Registry::builder()
        .on_transition(move |transition| {
            write.lock().unwrap().push(match transition.kind() {
                TransitionKind::Failed { text, elapsed, .. } => {
                    Told::Failed(text.clone(), *elapsed)
                }
                TransitionKind::Recovered { failures, downtime, .. } => {
                    Told::Recovered(*failures, *downtime)
                }
                other => panic!("{other:?}"),
            });
        })
        .check("db", check)
        .endpoint("ready", ["db"])
        .build()
        .unwrap();
    (registry, async move || {
        support::told().await;
        std::mem::take(&mut *heard.lock().unwrap())
    })
}

fn failed(text: &str, elapsed: Duration) -> Told {
    Told::Failed(text.into(), elapsed)
}

#[tokio::test(start_paused = true)]
async fn a_check_that_goes_down_and_comes_back_is_told_once_each() {
    let database = FakeCheck::passing().takes(ms(20));
    let (registry, told) = told(database.clone());
    database.fail(DOWN);
    for _ in 0..3 {
        assert_eq!(get(&registry, "ready").await.code(), 503);
        sleep(secs(1)).await;
    }
    assert_eq!(told().await, [failed("Can't connect to the database", ms(20))]);
    database.pass();
    assert_eq!(title(&registry).await, "OK");
    assert_eq!(title(&registry).await, "OK");
    // Down from the end of the first run to the end of the fourth, each a second and 20 ms apart,
    // and the millisecond in which it was told.
    assert_eq!(told().await, [Told::Recovered(3, 3 * ms(1_020) + ms(1))]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_outlives_probes_is_one_failure_for_each_and_none_more() {
    let database = FakeCheck::hanging();
    let (registry, told) = told(database.clone());
    for _ in 0..3 {
        assert_eq!(title(&registry).await, "The db check timed out");
    }
    assert_eq!(told().await, [failed("The db check timed out", ms(800))]);
    // The run ends at its timeout, which tells nothing new; the next probe begins and ends another.
    sleep(secs(5)).await;
    database.pass();
    assert_eq!(title(&registry).await, "OK");
    assert!(matches!(told().await[..], [Told::Recovered(3, _)]));
}

#[tokio::test(start_paused = true)]
async fn every_run_that_outlives_a_probe_counts() {
    let database = FakeCheck::hanging();
    let (registry, told) = told(database.clone());
    for _ in 0..3 {
        assert_eq!(title(&registry).await, "The db check timed out");
        sleep(secs(5)).await;
    }
    database.pass();
    assert_eq!(title(&registry).await, "OK");
    assert!(matches!(told().await[..], [Told::Failed(..), Told::Recovered(3, _)]));
}

/// Every probe of such a check is red, whatever its runs come to.
#[tokio::test(start_paused = true)]
async fn a_check_that_is_always_too_slow_is_told_once() {
    let (registry, told) = told(FakeCheck::passing().takes(secs(2)));
    for _ in 0..5 {
        assert_eq!(title(&registry).await, "The db check timed out");
        sleep(secs(3)).await;
    }
    assert_eq!(told().await, [failed("The db check timed out", ms(800))]);
}

/// Who asks first is told that it timed out, who joins late sees it pass, and so do the listeners.
#[tokio::test(start_paused = true)]
async fn what_a_prober_is_told_and_what_is_told_of_the_check_agree() {
    let (registry, told) = told(FakeCheck::passing().takes(ms(1_500)));
    for round in 0..10 {
        assert_eq!(title(&registry).await, "The db check timed out");
        sleep(ms(100)).await;
        assert!(matches!(told().await[..], [Told::Failed(..)]), "round {round}");
        assert_eq!(title(&registry).await, "OK");
        assert!(matches!(told().await[..], [Told::Recovered(1, _)]), "round {round}");
        sleep(secs(5)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_kept_is_a_recovery_even_if_it_came_late() {
    let (registry, told) = told(FakeCheck::passing().takes(secs(2)).cache(secs(10)));
    assert_eq!(title(&registry).await, "The db check timed out");
    sleep(secs(2)).await;
    assert_eq!(title(&registry).await, "OK");
    assert!(matches!(told().await[..], [Told::Failed(..), Told::Recovered(1, _)]));
}

#[tokio::test(start_paused = true)]
async fn going_stale_is_told_once_and_coming_back_too() {
    let check = FakeCheck::passing().takes(secs(1)).every(secs(10)).max_age(secs(20));
    let (registry, told) = told(check);
    assert_eq!(title(&registry).await, "The db check has not run yet");
    sleep(secs(2)).await;
    assert_eq!(title(&registry).await, "OK");
    assert_eq!(told().await, [], "a check that has not run yet has not failed");
    // The runtime is blocked for so long; the next run begins when it no longer is.
    advance(secs(25)).await;
    for _ in 0..3 {
        assert_eq!(title(&registry).await, "The db check is stale");
    }
    assert_eq!(told().await, [failed("The db check is stale", secs(26) + ms(1))]);
    sleep(secs(2)).await;
    assert!(matches!(told().await[..], [Told::Recovered(1, _)]));
}

#[tokio::test(start_paused = true)]
async fn failures_that_thresholds_hide_are_not_told() {
    let database = FakeCheck::passing();
    let (registry, told) = told(database.clone().fail_after(3));
    assert_eq!(title(&registry).await, "OK");
    database.fail(DOWN);
    for expected in [0, 0, 1, 0] {
        let _ = get(&registry, "ready").await;
        assert_eq!(told().await.len(), expected);
        advance(secs(1)).await;
    }
}

/// A run that is over at its first poll has taken a time, too.
#[tokio::test]
async fn the_elapsed_time_of_a_run_that_fails_at_once_is_true() {
    let (registry, told) = told(|| {
        std::thread::sleep(ms(2));
        Err(HealthError::new("down"))
    });
    assert_eq!(get(&registry, "ready").await.code(), 503);
    let heard = async {
        loop {
            let heard = told().await;
            if !heard.is_empty() {
                return heard;
            }
        }
    };
    let heard = tokio::time::timeout(secs(10), heard).await.unwrap();
    assert!(matches!(&heard[..], [Told::Failed(_, elapsed)] if *elapsed >= ms(2)));
}

#[tokio::test(start_paused = true)]
async fn a_transition_says_whether_its_check_is_optional() {
    let heard = Arc::<Mutex<Vec<(String, bool)>>>::default();
    let write = heard.clone();
    let registry = Registry::builder()
        .on_transition(move |transition| {
            write.lock().unwrap().push((transition.check().to_owned(), transition.is_optional()));
        })
        .check("db", FakeCheck::failing(DOWN))
        .check("search", FakeCheck::failing(DOWN).optional())
        .endpoint("ready", ["db", "search"])
        .build()
        .unwrap();
    title(&registry).await;
    support::told().await;
    let mut heard = heard.lock().unwrap().clone();
    heard.sort();
    assert_eq!(heard, [("db".to_owned(), false), ("search".to_owned(), true)]);
}
