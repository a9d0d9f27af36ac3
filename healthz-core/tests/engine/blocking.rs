use std::{
    sync::{Mutex, mpsc},
    time::Duration,
};

use healthz_core::{CheckExt, HealthError, Registry, check_blocking};
use tokio::time::advance;

use crate::support::{get, ms, ready, secs, title};

/// A function that keeps its thread until the test lets it go.
struct Stuck {
    entered: mpsc::Receiver<()>,
    release: mpsc::Sender<()>,
}

const GUARD: Duration = Duration::from_secs(30);

fn stuck() -> (impl Fn() -> Result<(), HealthError>, Stuck) {
    let (entering, entered) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let released = Mutex::new(released);
    let function = move || {
        entering.send(())?;
        released.lock().unwrap().recv_timeout(GUARD).map_err(HealthError::from)
    };
    (function, Stuck { entered, release })
}

/// A blocking thread stops tokio's clock from moving by itself, so it is moved by hand.
async fn probe_through(registry: &Registry, time: Duration) -> u16 {
    let registry = registry.clone();
    let probe = tokio::spawn(async move { get(&registry, "ready").await.code() });
    tokio::task::yield_now().await;
    advance(time).await;
    probe.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_check_that_blocks_its_thread_cannot_hang_a_probe() {
    let (function, stuck) = stuck();
    let registry = ready(check_blocking(function));
    assert_eq!(probe_through(&registry, ms(800)).await, 503);
    stuck.release.send(()).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_blocking_check_never_has_a_second_thread() {
    let (function, stuck) = stuck();
    let registry = ready(check_blocking(function).timeout(secs(1)));
    for _ in 0..10 {
        // Each run is abandoned by its timeout, the thread of the first one is not.
        assert_eq!(probe_through(&registry, secs(2)).await, 503);
    }
    stuck.entered.recv_timeout(GUARD).unwrap();
    assert!(stuck.entered.try_recv().is_err(), "a second thread has begun");

    stuck.release.send(()).unwrap();
    stuck.release.send(()).unwrap();
    assert_eq!(title(&registry).await, "OK");
    assert!(stuck.entered.try_recv().is_ok(), "the result was the abandoned run's");
}

#[tokio::test]
async fn a_blocking_check_leaves_the_runtimes_thread_free() {
    let here = std::thread::current().id();
    let registry = ready(check_blocking(move || {
        if std::thread::current().id() == here {
            return Err(HealthError::new("ran on the runtime's thread"));
        }
        Ok(())
    }));
    assert_eq!(title(&registry).await, "OK");
}
