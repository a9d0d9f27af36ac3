use std::{
    any::Any,
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use crate::{
    check::{Check, health_error::HealthError},
    engine::fault::Fault,
    support::lock::lock,
};

/// Runs one check again and again in one allocation.
///
/// A run must be able to move to a task of its own, so its future has to own the check. Boxing such a
/// future on every probe would double the allocations of a trivial check; this one is boxed once and
/// loops: it leaves a run's result in `outcome` and stays pending until it is polled for the next run.
pub(crate) struct ReusedFuture {
    runs: Pin<Box<dyn Future<Output = Infallible> + Send>>,
    outcome: Arc<Outcome>,
}

/// Where a run leaves its result. A runner has one owner at a time and is handed on under a lock, so
/// the flag orders nothing: it spares a pass the mutex that an error needs.
#[derive(Default)]
struct Outcome {
    passed: AtomicBool,
    error: Mutex<Option<HealthError>>,
}

impl ReusedFuture {
    pub(crate) fn new(check: Arc<dyn Check>) -> Self {
        let outcome = Arc::new(Outcome::default());
        let slot = outcome.clone();
        let runs = Box::pin(async move {
            loop {
                match check.check().await {
                    Ok(()) => slot.passed.store(true, Ordering::Relaxed),
                    Err(error) => *lock(&slot.error) = Some(error),
                }
                pause().await;
            }
        });
        Self { runs, outcome }
    }

    /// Polls the current run, or begins one. After a panic the runner is used up.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let Poll::Pending = self.runs.as_mut().poll(cx);
        }));
        if let Err(panic) = polled {
            return Poll::Ready(Err(Fault::Panicked(message(&*panic).into())));
        }
        if self.outcome.passed.load(Ordering::Relaxed) {
            self.outcome.passed.store(false, Ordering::Relaxed);
            return Poll::Ready(Ok(()));
        }
        match lock(&self.outcome.error).take() {
            Some(error) => Poll::Ready(Err(Fault::Error(Arc::new(error)))),
            None => Poll::Pending,
        }
    }

    /// Drops an unfinished run; the user's code may panic in a destructor, too.
    pub(crate) fn abandon(self) {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(self)));
    }
}

/// Is pending once.
async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("not a string")
}
