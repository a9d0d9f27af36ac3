use std::{
    any::Any,
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use super::{fault::Fault, lock};
use crate::{Check, HealthError};

/// Runs one check again and again in one allocation.
///
/// A run must be able to move to a task of its own, so its future has to own the check. Boxing such a
/// future on every probe would double the allocations of a trivial check; this one is boxed once and
/// loops: it leaves a run's result in `result` and stays pending until it is polled for the next run.
pub(crate) struct Runner {
    runs: Pin<Box<dyn Future<Output = Infallible> + Send>>,
    result: Arc<Mutex<Option<Result<(), HealthError>>>>,
}

impl Runner {
    pub(crate) fn new(check: Arc<dyn Check>) -> Self {
        let result = Arc::new(Mutex::new(None));
        let slot = result.clone();
        let runs = Box::pin(async move {
            loop {
                let outcome = check.check().await;
                *lock(&slot) = Some(outcome);
                pause().await;
            }
        });
        Self { runs, result }
    }

    /// Polls the current run, or begins one. After a panic the runner is used up.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let Poll::Pending = self.runs.as_mut().poll(cx);
        }));
        if let Err(panic) = polled {
            return Poll::Ready(Err(Fault::Panicked(message(&*panic).into())));
        }
        match lock(&self.result).take() {
            Some(outcome) => Poll::Ready(outcome.map_err(|error| Fault::Error(Arc::new(error)))),
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
