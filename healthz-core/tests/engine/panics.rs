use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use healthz_core::{Check, HealthError, Registry, TransitionKind, check_blocking, check_fn};
use healthz_testkit::FakeCheck;

use crate::support::{get, ms, ready, secs, title, told};

const PANICKED: &str = "The db check panicked";

fn plain() -> Result<(), HealthError> {
    panic!("secret of a plain function")
}

struct Boxless;

impl Check for Boxless {
    fn check<'s, 'f>(
        &'s self,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), HealthError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        panic!("secret of a check")
    }
}

#[tokio::test]
async fn a_panic_in_a_plain_function_is_an_answer() {
    assert_eq!(title(&ready(plain)).await, PANICKED);
}

#[tokio::test]
async fn a_panic_while_making_the_future_is_an_answer() {
    assert_eq!(title(&ready(Boxless)).await, PANICKED);
}

#[tokio::test(start_paused = true)]
async fn a_panic_at_a_later_poll_is_an_answer() {
    let check = check_fn(|| async {
        tokio::time::sleep(ms(10)).await;
        panic!("secret of a future")
    });
    assert_eq!(title(&ready(check)).await, PANICKED);
}

#[tokio::test]
async fn a_panic_on_the_blocking_pool_is_an_answer() {
    assert_eq!(title(&ready(check_blocking(plain))).await, PANICKED);
}

#[tokio::test]
async fn a_panic_is_the_failure_of_that_check_alone() {
    let registry = Registry::builder()
        .check("bad", plain)
        .check("good", FakeCheck::passing())
        .endpoint("ready", ["bad", "good"])
        .endpoint("other", ["good"])
        .build()
        .unwrap();
    assert_eq!(title(&registry).await, "The bad check panicked");
    assert_eq!(get(&registry, "other").await.code(), 200);
}

#[tokio::test]
async fn a_check_that_panicked_runs_again() {
    static PANIC: AtomicBool = AtomicBool::new(true);
    let registry = ready(|| {
        assert!(!PANIC.load(Ordering::SeqCst), "secret");
        Ok(())
    });
    assert_eq!(title(&registry).await, PANICKED);
    PANIC.store(false, Ordering::SeqCst);
    assert_eq!(title(&registry).await, "OK");
}

#[tokio::test(start_paused = true)]
async fn a_panicking_destructor_of_an_abandoned_run_does_not_stick() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("secret of a destructor")
        }
    }
    let registry = ready(check_fn(|| async {
        let _bomb = Bomb;
        std::future::pending().await
    }));
    assert_eq!(title(&registry).await, "The db check timed out");
    tokio::time::sleep(secs(5)).await;
    // The run is over; a new one begins and is out when the budget is over.
    let report = registry.report("ready").await.unwrap();
    // Two probes in a row have waited in vain.
    assert_eq!(report.checks()[0].consecutive_failures(), 2);
    assert!(report.checks()[0].is_pending());
}

#[tokio::test(start_paused = true)]
async fn the_text_of_a_panic_goes_to_the_log_side_only() {
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let write = heard.clone();
    let formatted = || -> Result<(), HealthError> { panic!("secret {}", 1) };
    let registry = Registry::builder()
        .on_transition(move |transition| {
            if let TransitionKind::Failed { text, cause, .. } = transition.kind() {
                write.lock().unwrap().extend([text.clone(), cause.clone()]);
            }
        })
        .check("a", plain)
        .check("b", formatted)
        .endpoint("ready", ["a", "b"])
        .build()
        .unwrap();
    assert_eq!(title(&registry).await, "The a check panicked; The b check panicked");
    told().await;
    let expected = [
        "The a check panicked",
        "panic: secret of a plain function",
        "The b check panicked",
        "panic: secret 1",
    ];
    assert_eq!(*heard.lock().unwrap(), expected);
}
