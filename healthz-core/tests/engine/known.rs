//! What is known without asking.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use healthz_core::{CheckExt, EndpointKind, HealthError, KnownCheck, Registry, Status, check_fn};
use healthz_testkit::FakeCheck;
use tokio::time::advance;

use crate::support::{DOWN, get, ms, ready, secs, title};

fn db(registry: &Registry) -> KnownCheck {
    registry.known().check("db").unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn nothing_is_known_before_the_first_result() {
    let registry = ready(FakeCheck::passing());
    let known = db(&registry);
    assert_eq!((known.status(), known.text(), known.is_failing()), (None, None, false));
    assert_eq!((known.duration(), known.age(), known.since()), (None, None, None));
    assert_eq!((known.consecutive_failures(), known.is_stale()), (0, false));
    assert_eq!((known.history().len(), known.runs().pass()), (0, 0));
    let known = registry.known();
    let endpoint = known.endpoint("ready").unwrap();
    assert_eq!((endpoint.status(), endpoint.title()), (None, ""));
    assert_eq!(endpoint.checks().collect::<Vec<_>>(), ["db"]);
    assert!(known.check("other").is_none() && known.endpoint("db").is_none());
    assert_eq!(known.checks().iter().map(KnownCheck::name).collect::<Vec<_>>(), ["db"]);
}

#[tokio::test(start_paused = true)]
async fn runs_are_counted_by_their_result_and_transitions_by_their_status() {
    let results = Arc::new(AtomicUsize::new(0));
    let counted = results.clone();
    let registry = ready(
        check_fn(move || {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                match number {
                    0..2 | 20 => Ok(()),
                    2..5 => Err(HealthError::warn("slow")),
                    5..9 => Err(HealthError::new(DOWN)),
                    9..14 => panic!("bad luck"),
                    _ => pending().await,
                }
            }
        })
        .timeout(ms(100)),
    );
    for _ in 0..5 {
        title(&registry).await;
    }
    let slow = db(&registry);
    assert_eq!((slow.status(), slow.text()), (Some(Status::Warn), Some("slow")));
    assert!(!slow.is_failing() && slow.consecutive_failures() == 0);
    for _ in 5..20 {
        title(&registry).await;
    }
    let known = db(&registry);
    let runs = known.runs();
    let all = [runs.pass(), runs.warn(), runs.fail(), runs.panic(), runs.timeout()];
    assert_eq!(all, [2, 3, 4, 5, 6]);
    assert_eq!((known.consecutive_failures(), known.is_failing()), (15, true));
    let to = |status| known.transitions().to(status);
    assert_eq!([Status::Pass, Status::Warn, Status::Fail].map(to), [1, 1, 1]);
    let history = known.history().iter().map(|turn| (turn.status(), turn.text()));
    let expected = [(Status::Pass, None), (Status::Warn, Some("slow")), (Status::Fail, Some(DOWN))];
    assert_eq!(history.collect::<Vec<_>>(), expected);
    title(&registry).await;
    assert_eq!(results.load(Ordering::Relaxed), 21);
    assert_eq!(db(&registry).consecutive_failures(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_history_keeps_the_last_32_transitions() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone());
    for turn in 0..40 {
        if turn % 2 == 0 {
            database.pass();
        } else {
            database.fail(turn.to_string());
        }
        title(&registry).await;
    }
    let known = db(&registry);
    assert_eq!(known.history().len(), 32);
    assert_eq!(known.history()[31].text(), Some("39"));
    assert_eq!(known.history()[1].text(), Some("9"));
    assert_eq!(known.transitions().to(Status::Fail), 20);
}

#[tokio::test(start_paused = true)]
async fn it_says_when_the_last_run_ended_and_since_when_the_status_is_so() {
    let registry = ready(FakeCheck::passing().takes(ms(20)));
    let before = SystemTime::now();
    title(&registry).await;
    let first = db(&registry);
    advance(secs(3)).await;
    assert_eq!((first.duration(), first.age()), (Some(ms(20)), Some(ms(0))));
    assert_eq!(db(&registry).age(), Some(secs(3)));
    assert!(first.since().is_some_and(|since| before <= since && since <= SystemTime::now()));
    title(&registry).await;
    assert_eq!(db(&registry).since(), first.since());
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_is_known_as_a_probe_would_find_it() {
    let (database, cache) = (FakeCheck::passing(), FakeCheck::passing());
    let registry = Registry::builder()
        .starting()
        .check("db", database.clone())
        .check("cache", cache.clone().optional())
        .readiness("ready", ["db", "cache"])
        .startup("startup", ["db", "cache"])
        .build()
        .unwrap();
    let known = |name| {
        let known = registry.known();
        let endpoint = known.endpoint(name).unwrap();
        (endpoint.status(), endpoint.title().to_owned())
    };
    assert_eq!(known("ready"), (Some(Status::Fail), "Starting".to_owned()));
    registry.mark_started();
    assert_eq!(known("ready"), (None, String::new()));
    cache.fail("cold");
    get(&registry, "startup").await;
    assert_eq!(known("ready"), (Some(Status::Warn), "OK".to_owned()));
    assert_eq!(known("startup"), (Some(Status::Warn), "OK".to_owned()));
    database.fail(DOWN);
    cache.pass();
    get(&registry, "ready").await;
    assert_eq!(known("ready"), (Some(Status::Fail), DOWN.to_owned()));
    assert_eq!(known("startup"), (Some(Status::Pass), "OK".to_owned()), "each has passed once");
}

#[tokio::test(start_paused = true)]
async fn a_warning_is_enough_for_a_startup_endpoint() {
    let warns = check_fn(async || Err(HealthError::warn("slow")));
    let checks = Registry::builder().check("db", warns).startup("startup", ["db"]);
    let registry = checks.build().unwrap();
    get(&registry, "startup").await;
    assert_eq!(registry.known().endpoint("startup").unwrap().status(), Some(Status::Pass));
}

#[test]
fn the_whole_service_is_the_one_readiness_endpoint_or_else_all() {
    let names = |registry: &Registry| {
        let known = registry.known();
        known.overall().map(|endpoint| endpoint.name().to_owned()).collect::<Vec<_>>()
    };
    let one = || Registry::builder().liveness("live", []).readiness("ready", []);
    assert_eq!(names(&one().build().unwrap()), ["ready"]);
    let two = one().readiness("ready-too", []).build().unwrap();
    assert_eq!(names(&two), ["live", "ready", "ready-too"]);
    assert_eq!(two.known().endpoint("live").unwrap().kind(), EndpointKind::Liveness);
    let none = Registry::builder().liveness("live", []).build().unwrap();
    assert_eq!(names(&none), ["live"]);
}
