use std::{sync::mpsc, thread, time::Duration};

use healthz_core::{Check, Registry, check_fn};
use healthz_testkit::FakeCheck;
use tokio::runtime::Builder;

use crate::support::{get, ms, ready};

/// Generous: only a hang meets it.
const GUARD: Duration = Duration::from_secs(20);

fn worker(registry: &Registry, begun: mpsc::Sender<()>) -> thread::JoinHandle<u16> {
    let registry = registry.clone();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            begun.send(()).unwrap();
            tokio::time::timeout(GUARD, get(&registry, "ready")).await.unwrap().code()
        })
    })
}

#[test]
fn worker_threads_share_one_run() {
    let database = FakeCheck::passing().takes(ms(300));
    let registry = ready(database.clone());
    let (begun, _all) = mpsc::channel();
    let workers: Vec<_> = (0..4).map(|_| worker(&registry, begun.clone())).collect();
    let multi = Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    assert_eq!(multi.block_on(async { get(&registry, "ready").await.code() }), 200);
    for worker in workers {
        assert_eq!(worker.join().unwrap(), 200);
    }
    assert!(
        database.most_outstanding() == 1,
        "{} runs were out at once",
        database.most_outstanding()
    );
}

#[test]
fn the_runtime_of_a_run_may_go_while_others_wait() {
    let database = FakeCheck::passing().takes(ms(200));
    let registry = ready(database.clone());
    let first = Builder::new_current_thread().enable_time().build().unwrap();
    first.block_on(async {
        let _ = tokio::time::timeout(ms(1), get(&registry, "ready")).await;
    });
    assert_eq!(database.outstanding(), 1);

    let (begun, ready_to_wait) = mpsc::channel();
    let waiting = worker(&registry, begun);
    ready_to_wait.recv().unwrap();
    thread::sleep(ms(20));
    assert_eq!(database.runs(), 1, "it joined the run of the first runtime");
    drop(first);

    assert_eq!(waiting.join().unwrap(), 200);
    assert_eq!(database.runs(), 2, "and began it anew on its own");
}

/// What no test can force, many threads may meet: nobody is left waiting, and no two runs overlap.
#[test]
fn threads_that_ask_as_fast_as_they_can_never_hang_nor_overlap() {
    let database = FakeCheck::passing();
    let yielding = {
        let database = database.clone();
        check_fn(move || {
            let database = database.clone();
            async move {
                let run = database.check();
                tokio::task::yield_now().await;
                run.await
            }
        })
    };
    let registry = ready(yielding);
    let askers: Vec<_> = (0..4)
        .map(|_| {
            let registry = registry.clone();
            thread::spawn(move || {
                let runtime = Builder::new_current_thread().enable_time().build().unwrap();
                runtime.block_on(async {
                    for _ in 0..2_000 {
                        let answer = tokio::time::timeout(GUARD, get(&registry, "ready")).await;
                        assert_eq!(answer.unwrap().code(), 200);
                    }
                });
            })
        })
        .collect();
    for asker in askers {
        asker.join().unwrap();
    }
    assert_eq!(database.most_outstanding(), 1);
    assert_eq!(database.outstanding(), 0);
}
