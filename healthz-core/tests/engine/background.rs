use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use healthz_core::{CheckExt, Known, Registration, Registry, Status, check_fn};
use healthz_testkit::FakeCheck;
use tokio::{
    runtime::{Builder, Handle},
    time::{Instant, advance, sleep, timeout},
};

use crate::support::{DOWN, get, ms, ready, secs, title};

#[tokio::test(start_paused = true)]
async fn before_the_first_result_it_is_red() {
    let registry = ready(FakeCheck::passing().takes(ms(100)).every(secs(10)));
    let begun = Instant::now();
    assert_eq!(title(&registry).await, "The db check has not run yet");
    assert_eq!(begun.elapsed(), ms(0), "a probe only reads");
    sleep(ms(101)).await;
    assert_eq!(title(&registry).await, "OK");
}

#[tokio::test(start_paused = true)]
async fn probes_only_read() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().every(secs(10)));
    sleep(ms(1)).await;
    for _ in 0..100 {
        assert_eq!(title(&registry).await, "OK");
    }
    assert_eq!(database.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_runs_at_once_and_then_every_interval_with_at_most_a_tenth_more() {
    let database = FakeCheck::passing();
    let _registry = ready(database.clone().every(secs(10)));
    sleep(ms(1)).await;
    assert_eq!(database.runs(), 1);
    sleep(secs(1100)).await;
    let runs = database.runs() - 1;
    assert!((100..=110).contains(&runs), "{runs} runs in 1,100 s");
    assert_ne!(runs, 110, "without jitter, many replicas ask in step");
}

#[tokio::test(start_paused = true)]
async fn runs_of_a_slow_check_never_overlap() {
    let slow = FakeCheck::passing().takes(secs(3));
    let _registry = ready(slow.clone().every(secs(1)));
    sleep(secs(60)).await;
    assert!(slow.runs() >= 19, "{} runs", slow.runs());
    assert_eq!(slow.most_outstanding(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_shows_at_the_next_probe_and_so_does_the_recovery() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().every(secs(10)));
    sleep(ms(1)).await;
    assert_eq!(title(&registry).await, "OK");
    database.fail(DOWN);
    sleep(secs(11)).await;
    assert_eq!(title(&registry).await, "Can't connect to the database");
    database.pass();
    sleep(secs(11)).await;
    assert_eq!(title(&registry).await, "OK");
}

#[tokio::test(start_paused = true)]
async fn a_hung_background_check_turns_red_at_its_timeout() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().every(secs(10)));
    sleep(ms(1)).await;
    database.hang();
    sleep(secs(16)).await;
    assert_eq!(title(&registry).await, "The db check timed out");
}

/// Builds a registry in a runtime that is not driven any more after the first result, and asks it
/// in another one.
fn undriven<T>(check: impl CheckExt, ask: impl AsyncFnOnce(Registry) -> T) -> T {
    let paused = || Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let (kept, other) = (paused(), paused());
    let registry = kept.block_on(async {
        let registry = ready(check);
        sleep(ms(1)).await;
        assert_eq!(title(&registry).await, "OK");
        registry
    });
    other.block_on(ask(registry))
}

#[test]
fn a_background_check_that_nobody_runs_goes_stale() {
    let check = || FakeCheck::passing().every(secs(10)).timeout(secs(5));
    let asked_after = |check: Registration, elapsed| {
        undriven(check, async move |registry| {
            advance(secs(elapsed)).await;
            let stale = registry.report("ready").await.unwrap().checks()[0].is_stale();
            (title(&registry).await, stale)
        })
    };
    let (green, stale) = (("OK".into(), false), ("The db check is stale".into(), true));
    assert_eq!(asked_after(check().max_age(secs(16)), 15), green);
    assert_eq!(asked_after(check().max_age(secs(16)), 17), stale);
    // By default it is three intervals and the timeout.
    assert_eq!(asked_after(check(), 34), green);
    assert_eq!(asked_after(check(), 36), stale);
}

#[test]
fn a_stale_result_is_known_without_asking_and_wakes_who_waits_for_a_change() {
    let check = FakeCheck::passing().every(secs(10)).timeout(secs(5)).max_age(secs(16));
    undriven(check, async |registry| {
        let mut changes = registry.changes();
        let status = |known: &Known| known.endpoint("ready").unwrap().status();
        assert_eq!(status(&changes.next().await.unwrap()), Some(Status::Pass));
        assert!(!registry.known().check("db").unwrap().is_stale());
        let begun = Instant::now();
        assert_eq!(status(&changes.next().await.unwrap()), Some(Status::Fail));
        assert!((secs(15)..=secs(17)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        let known = registry.known();
        let known = known.check("db").unwrap();
        assert!(known.is_stale() && known.is_failing());
        assert_eq!(known.text(), Some("The db check is stale"));
        assert_eq!(known.consecutive_failures(), 0, "no run has failed");
        let more = timeout(secs(3600), changes.next()).await;
        assert!(more.is_err(), "it goes stale once");
    });
}

#[test]
fn a_stale_check_that_runs_again_is_green_again() {
    undriven(FakeCheck::passing().every(secs(10)), async |registry| {
        advance(secs(36)).await;
        assert_eq!(title(&registry).await, "The db check is stale");
        sleep(ms(1)).await;
        assert_eq!(title(&registry).await, "OK", "whoever asks takes it over");
    });
}

#[tokio::test(start_paused = true)]
async fn dropping_the_last_registry_ends_every_task() {
    let alive = || Handle::current().metrics().num_alive_tasks();
    let hanging = FakeCheck::hanging();
    let registry = Registry::builder()
        .check("idle", FakeCheck::passing().every(secs(10)))
        .check("out", hanging.clone().every(secs(10)))
        .endpoint("ready", ["idle", "out"])
        .build()
        .unwrap();
    let clone = registry.clone();
    sleep(ms(1)).await;
    assert_eq!(alive(), 2);
    drop(registry);
    sleep(ms(1)).await;
    assert_eq!(alive(), 2, "a clone is left");
    drop(clone);
    sleep(ms(1)).await;
    assert_eq!((alive(), hanging.outstanding()), (0, 0));
}

#[test]
fn built_outside_a_runtime_it_starts_at_the_first_use_inside_one() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().every(secs(10)));
    assert_eq!(database.runs(), 0);
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        assert_eq!(title(&registry).await, "The db check has not run yet");
        sleep(ms(1)).await;
        assert_eq!(title(&registry).await, "OK");
    });
}

#[test]
fn another_runtime_takes_over_when_the_first_goes_away() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().every(secs(10)));
    for round in 1..=3 {
        let runtime =
            Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let _ = get(&registry, "ready").await;
            sleep(ms(1)).await;
            assert_eq!(database.runs(), round);
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_background_endpoint_is_asked_again_after_its_results_expire() {
    let database = FakeCheck::passing();
    database.fail(DOWN);
    let registry = ready(database.clone().every(secs(10)).max_age(secs(20)));
    sleep(ms(1)).await;
    assert_eq!(title(&registry).await, "Can't connect to the database");
    database.hang();
    advance(secs(25)).await;
    assert_eq!(title(&registry).await, "The db check is stale");
}

/// With the shortest `max_age` that is taken, and runs as quick and as slow as may be.
#[tokio::test(start_paused = true)]
async fn a_check_that_always_passes_never_flaps() {
    let runs = AtomicU64::new(0);
    let check = check_fn(move || {
        let slow = runs.fetch_add(1, Ordering::SeqCst) % 2 == 1;
        async move {
            sleep(ms(if slow { 1_990 } else { 0 })).await;
            Ok(())
        }
    });
    let registry = ready(check.every(secs(10)).timeout(secs(2)).max_age(secs(13)));
    sleep(ms(1)).await;
    for _ in 0..6_000 {
        assert_eq!(title(&registry).await, "OK");
        sleep(ms(100)).await;
    }
}

/// A registry of many checks in the background, each of which takes 10 ms; and how many ran at
/// once.
async fn most_at_once(checks: usize, every: Duration) -> (Duration, usize) {
    let (out, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let counts = Arc::new((out, most));
    let mut builder = Registry::builder();
    for number in 0..checks {
        let counts = counts.clone();
        let check = check_fn(move || {
            let counts = counts.clone();
            async move {
                let (out, most) = &*counts;
                most.fetch_max(out.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                sleep(ms(10)).await;
                out.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            }
        });
        builder = builder.check(number.to_string(), check.every(every));
    }
    let (begun, registry) = (Instant::now(), builder.build().unwrap());
    registry.first_results().await;
    assert!(registry.known().checks().iter().all(|check| check.status().is_some()));
    (begun.elapsed(), counts.1.load(Ordering::SeqCst))
}

#[tokio::test(start_paused = true)]
async fn the_first_runs_of_many_checks_are_spread() {
    assert_eq!(most_at_once(16, secs(60)).await, (ms(10), 16), "there are few");
    for (every, spread) in [(secs(60), secs(3)), (secs(1), secs(1))] {
        let (took, most) = most_at_once(2_000, every).await;
        assert!(took <= spread + ms(11), "{took:?} for an interval of {every:?}");
        // 2,000 of 10 ms each, side by side: about 7 in 3 s, 20 in 1 s.
        assert!(most <= 25, "{most} at once");
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_results_can_be_waited_for_whatever_they_are() {
    let results = async |checks: Vec<FakeCheck>| {
        let mut builder = Registry::builder();
        for (number, check) in checks.into_iter().enumerate() {
            builder = builder.check(number.to_string(), check.every(secs(3600)));
        }
        let (registry, begun) = (builder.build().unwrap(), Instant::now());
        registry.first_results().await;
        begun.elapsed()
    };
    assert_eq!(results(vec![]).await, ms(0));
    let slow = || FakeCheck::passing().takes(secs(2));
    assert_eq!(results(vec![slow()]).await, secs(2));
    assert_eq!(results(vec![slow(), FakeCheck::failing(DOWN)]).await, secs(2));
    assert_eq!(results(vec![FakeCheck::panicking(), FakeCheck::passing()]).await, ms(0));
    assert_eq!(results(vec![FakeCheck::hanging(), slow()]).await, secs(5), "its timeout");
}

#[test]
fn first_results_that_nobody_finds_are_not_waited_for_without_end() {
    let paused = || Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let (kept, other) = (paused(), paused());
    // Begun by a runtime that is not driven, as if a thread of it were blocked.
    let registry = kept.block_on(async { ready(FakeCheck::passing().every(secs(10))) });
    other.block_on(async {
        let begun = Instant::now();
        registry.first_results().await;
        assert_eq!(begun.elapsed(), secs(5 + 3) + ms(800));
    });
}

#[test]
fn who_waits_for_the_first_results_begins_the_runs() {
    let registry = ready(FakeCheck::passing().takes(secs(1)).every(secs(10)));
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        registry.first_results().await;
        assert_eq!(title(&registry).await, "OK");
    });
}
