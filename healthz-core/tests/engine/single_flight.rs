use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use healthz_core::{Registry, check_fn};
use healthz_testkit::FakeCheck;
use tokio::{task::JoinSet, time::Instant};

use crate::support::{DOWN, OK, get, ms, ready, title};

#[tokio::test(start_paused = true)]
async fn a_thousand_probes_at_once_run_a_check_once() {
    let database = FakeCheck::passing().takes(ms(50));
    let registry = ready(database.clone());
    let begun = Instant::now();

    let mut probes = JoinSet::new();
    for _ in 0..1000 {
        let registry = registry.clone();
        probes.spawn(async move { get(&registry, "ready").await });
    }
    for answer in probes.join_all().await {
        assert_eq!(answer.body(), OK);
    }

    assert_eq!(database.runs(), 1);
    assert!(begun.elapsed() < ms(100), "the last answer took {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn endpoints_share_the_run_of_a_check() {
    let database = FakeCheck::passing().takes(ms(50));
    let registry = Registry::builder()
        .check("db", database.clone())
        .endpoint("ready", ["db"])
        .endpoint("deep", ["db"])
        .build()
        .unwrap();
    tokio::join!(get(&registry, "ready"), get(&registry, "deep"));
    assert_eq!(database.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_probe_runs_each_of_its_checks_once_whatever_the_others_do() {
    let before = FakeCheck::passing();
    let (down, after) = (FakeCheck::passing(), FakeCheck::passing());
    down.fail(DOWN);
    let registry = Registry::builder()
        .check("before", before.clone())
        .check("down", down.clone())
        .check("after", after.clone())
        .endpoint("ready", ["before", "down", "after"])
        .build()
        .unwrap();
    assert_eq!(get(&registry, "ready").await.code(), 503);
    assert_eq!((before.runs(), down.runs(), after.runs()), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_given_a_result_from_before_it_asked() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone());
    assert_eq!(title(&registry).await, "OK");
    database.fail(DOWN);
    assert_eq!(title(&registry).await, "Can't connect to the database");
    assert_eq!(database.runs(), 2);
}

/// The first poll happens on the asker's thread, before there is a task: it must be in the flight
/// too.
#[test]
fn who_asks_during_the_first_poll_joins_it() {
    let runs = Arc::new(AtomicUsize::new(0));
    let (inside, leave) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let check = {
        let (runs, inside, leave) = (runs.clone(), inside.clone(), leave.clone());
        check_fn(move || {
            if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                inside.wait();
                leave.wait();
            }
            std::future::ready(Ok(()))
        })
    };
    let registry = ready(check);
    let probe = |registry: Registry| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async { get(&registry, "ready").await.code() })
    };

    let leader = thread::spawn({
        let registry = registry.clone();
        move || probe(registry)
    });
    inside.wait();
    let joiner = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut asked = Box::pin(registry.report("ready"));
            let first = poll_once(&mut asked).await;
            assert!(first.is_none(), "it did not wait for the run that was out");
            leave.wait();
            let report = asked.await.unwrap();
            assert_ne!(report.checks()[0].duration(), Some(ms(0)), "the leader took its time");
            report.code()
        })
    });
    assert_eq!(leader.join().unwrap(), 200);
    assert_eq!(joiner.join().unwrap(), 200);
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|cx| match std::pin::Pin::new(&mut *future).poll(cx) {
        std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}
