//! A run belongs to no thread: whoever asks may end what another thread began and does not drive.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use healthz_core::{CheckExt, HealthError, Registry, check_fn};
use healthz_testkit::FakeCheck;
use tokio::runtime::{Builder, Runtime};

use crate::support::{get, ms, ready, secs, title};

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

/// Begins a run on a runtime of a thread that then is blocked, until the test lets it go.
fn lead_and_block(registry: &Registry, block: Duration) -> thread::JoinHandle<()> {
    let registry = registry.clone();
    let (led, leads) = mpsc::channel();
    let thread = thread::spawn(move || {
        current_thread().block_on(async {
            let asked = tokio::time::timeout(ms(1), get(&registry, "ready")).await;
            assert!(asked.is_err(), "the check was ready at once");
            led.send(()).unwrap();
            thread::sleep(block);
            tokio::time::sleep(ms(50)).await;
        });
    });
    leads.recv().unwrap();
    thread
}

#[test]
fn a_blocked_thread_does_not_hold_a_check_up() {
    let slow = FakeCheck::passing().takes(ms(100));
    let registry = ready(slow.clone().timeout(ms(500)));
    let blocked = lead_and_block(&registry, secs(3));
    thread::sleep(ms(1_500));
    let begun = Instant::now();
    let code = current_thread().block_on(async { get(&registry, "ready").await.code() });
    assert_eq!(code, 200, "from a run of its own");
    assert!(begun.elapsed() < ms(800), "after {:?}", begun.elapsed());
    assert_eq!(slow.runs(), 2);
    blocked.join().unwrap();
    let code = current_thread().block_on(async { get(&registry, "ready").await.code() });
    assert_eq!((code, slow.outstanding()), (200, 0), "the lost run is dropped and changes nothing");
}

/// Who has joined such a run takes it over in the midst of its waiting.
#[test]
fn who_waits_takes_over_when_the_time_is_up() {
    let slow = FakeCheck::passing().takes(ms(100));
    let registry = ready(slow.clone().timeout(ms(500)));
    let blocked = lead_and_block(&registry, secs(3));
    thread::sleep(ms(900));
    let code = current_thread().block_on(async { get(&registry, "ready").await.code() });
    assert_eq!((code, slow.runs()), (200, 2));
    blocked.join().unwrap();
}

#[test]
fn a_runtime_that_is_kept_and_not_driven_does_not_hold_a_check_up() {
    let slow = FakeCheck::passing().takes(ms(20));
    let registry = ready(slow.clone().timeout(ms(50)));
    let kept = current_thread();
    let asked = kept
        .block_on(async { tokio::time::timeout(ms(1), get(&registry, "ready")).await.is_err() });
    assert!(asked);
    thread::sleep(ms(900));
    let code = current_thread().block_on(async { get(&registry, "ready").await.code() });
    assert_eq!(code, 200);
    drop(kept);
    let code = current_thread().block_on(async { get(&registry, "ready").await.code() });
    assert_eq!((code, slow.outstanding()), (200, 0));
}

/// The thread is blocked by the check itself, in the first poll.
#[test]
fn a_check_that_blocks_its_thread_does_not_hold_the_others_up() {
    let runs = Arc::new(AtomicUsize::new(0));
    let (entered, enters) = mpsc::channel();
    let counted = runs.clone();
    let registry = ready(
        check_fn(move || {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            if run == 2 {
                entered.send(()).unwrap();
                thread::sleep(secs(2));
            }
            async { Ok(()) }
        })
        .timeout(ms(100)),
    );
    let code = |registry: &Registry| {
        current_thread().block_on(async { get(registry, "ready").await.code() })
    };
    assert_eq!((code(&registry), code(&registry)), (200, 200));
    thread::scope(|scope| {
        let blocked = scope.spawn(|| code(&registry));
        enters.recv().unwrap();
        // Joins it, and so learns since when it is out.
        assert_eq!(code(&registry), 503);
        thread::sleep(ms(200));
        assert_eq!(code(&registry), 200);
        assert_eq!(blocked.join().unwrap(), 200, "who was blocked asks once more");
    });
    assert_eq!(code(&registry), 200);
}

/// Both are begun by one runtime, which is then kept and not driven.
#[test]
fn background_checks_are_taken_over_each_by_itself() {
    let (one, two) = (FakeCheck::passing(), FakeCheck::passing());
    let policy = |check: &FakeCheck| check.clone().every(ms(100)).timeout(ms(50));
    let registry = Registry::builder()
        .check("one", policy(&one))
        .check("two", policy(&two))
        .endpoint("ready", ["one"])
        .endpoint("other", ["two"])
        .build()
        .unwrap();
    let kept = current_thread();
    kept.block_on(async {
        let _ = get(&registry, "ready").await;
        tokio::time::sleep(ms(20)).await;
        assert_eq!(get(&registry, "ready").await.code(), 200);
    });
    thread::sleep(ms(1_500));
    let driven = current_thread();
    driven.block_on(async {
        assert_eq!(get(&registry, "ready").await.code(), 503, "it is stale");
        tokio::time::sleep(ms(300)).await;
        assert_eq!(get(&registry, "ready").await.code(), 200);
    });
    let (runs, others) = (one.runs(), two.runs());
    assert!(runs >= 3, "{runs}");
    // The first runtime wakes up: its tasks find that others have their place.
    kept.block_on(async { tokio::time::sleep(ms(250)).await });
    assert_eq!(one.runs(), runs, "two tasks run one check");
    assert!(two.runs() > others, "nobody has taken this one over");
    drop(driven);
    kept.block_on(async {
        let _ = get(&registry, "ready").await;
        tokio::time::sleep(ms(20)).await;
        assert_eq!(get(&registry, "ready").await.code(), 200);
    });
    assert_eq!((one.most_outstanding(), two.most_outstanding()), (1, 1));
}

#[test]
fn a_joiner_outside_a_runtime_gets_an_answer() {
    let registry = ready(FakeCheck::passing().takes(ms(100)));
    let runtime = current_thread();
    runtime.block_on(async {
        let _ = tokio::time::timeout(ms(1), get(&registry, "ready")).await;
    });
    let mut asked = Box::pin(get(&registry, "ready"));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(answer) = asked.as_mut().poll(&mut cx) else {
        panic!("it waits for a runtime that is not there")
    };
    assert_eq!(answer.body(), r#"{"status": 503, "title": "The db check failed"}"#);
    runtime.block_on(async { assert_eq!(title(&registry).await, "OK") });
}

/// On a runtime with several threads, too: the asking task blocks before it yields.
#[test]
fn a_task_that_blocks_after_it_asked_holds_nobody_up() {
    let registry = ready(FakeCheck::passing().takes(ms(50)).timeout(ms(200)));
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async {
        let blocking = registry.clone();
        let (led, leads) = tokio::sync::oneshot::channel();
        let blocked = tokio::spawn(async move {
            let asked = blocking.respond(healthz_core::adapter::Request::new("GET", "ready"));
            led.send(()).unwrap();
            thread::sleep(secs(3));
            asked.await.code()
        });
        leads.await.unwrap();
        tokio::time::sleep(ms(1_100)).await;
        let begun = Instant::now();
        assert_eq!(get(&registry, "ready").await.code(), 200);
        assert!(begun.elapsed() < ms(800));
        let _ = blocked.await.unwrap();
    });
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_at_its_timeout_is_not_taken_over() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let registry = ready(check_fn(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async { std::future::pending::<Result<(), HealthError>>().await }
    }));
    for _ in 0..6 {
        assert_eq!(title(&registry).await, "The db check timed out");
    }
    assert_eq!(runs.load(Ordering::SeqCst), 1, "4.8 s have passed of its 5");
}
