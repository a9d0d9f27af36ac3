use std::{
    convert::Infallible,
    fmt,
    future::poll_fn,
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use crate::{check::health_error::HealthError, support::lock::lock};

/// Runs one check again and again in one allocation.
///
/// A run must be able to move to a task of its own, so its future has to own what it runs. Boxing
/// such a future for every probe would be the greatest cost of a trivial check; this box is made
/// once, and every run of the check happens in it, one after the other.
#[expect(unnameable_types, reason = "the engine's own: nobody else makes one or looks into it")]
pub struct ReusedRun(Pin<Box<dyn PollRun>>);

impl fmt::Debug for ReusedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReusedRun")
    }
}

trait PollRun: Send {
    fn poll_run(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), HealthError>>;
}

impl ReusedRun {
    /// Runs a function: there is nothing to wait for.
    pub(crate) fn of_function<F>(function: Arc<F>) -> Self
    where
        F: Fn() -> Result<(), HealthError> + Send + Sync + 'static,
    {
        Self(Box::pin(Function(function)))
    }

    /// Runs what makes a future that borrows nothing: a new one for each run, in the same place.
    pub(crate) fn of_futures<M, F>(make: M) -> Self
    where
        M: Fn() -> F + Send + 'static,
        F: Future<Output = Result<(), HealthError>> + Send + 'static,
    {
        Self(Box::pin(Futures { make, run: None }))
    }

    /// Runs what makes a future that borrows it. The two live in a third one, which loops: it
    /// leaves a run's result in a slot and is pending until it is polled for the next run.
    pub(crate) fn of_borrowed<C, R>(check: Arc<C>, run: R) -> Self
    where
        C: Send + Sync + ?Sized + 'static,
        R: for<'c> Fn(&'c C) -> Pin<Box<dyn Future<Output = Result<(), HealthError>> + Send + 'c>>
            + Send
            + 'static,
    {
        let slot = Arc::new(Slot::default());
        let result = slot.clone();
        let runs = async move {
            loop {
                match run(&check).await {
                    Ok(()) => result.passed.store(true, Ordering::Relaxed),
                    Err(error) => *lock(&result.error) = Some(error),
                }
                pause().await;
            }
        };
        Self(Box::pin(Looped { runs, slot }))
    }

    /// Polls the current run, or begins one. After a panic, and after a run that was begun and is
    /// not wanted any more, it must not be used again.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), HealthError>> {
        self.0.as_mut().poll_run(cx)
    }
}

struct Function<F>(Arc<F>);

impl<F: Fn() -> Result<(), HealthError> + Send + Sync> PollRun for Function<F> {
    fn poll_run(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), HealthError>> {
        Poll::Ready((self.0)())
    }
}

pin_project! {
    struct Futures<M, F> {
        make: M,
        #[pin]
        run: Option<F>,
    }
}

impl<M, F> PollRun for Futures<M, F>
where
    M: Fn() -> F + Send,
    F: Future<Output = Result<(), HealthError>> + Send,
{
    fn poll_run(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), HealthError>> {
        let mut this = self.project();
        if this.run.is_none() {
            this.run.set(Some((this.make)()));
        }
        let polled = this.run.as_mut().as_pin_mut().map_or(Poll::Pending, |run| run.poll(cx));
        if polled.is_ready() {
            this.run.set(None);
        }
        polled
    }
}

pin_project! {
    struct Looped<F> {
        #[pin]
        runs: F,
        slot: Arc<Slot>,
    }
}

/// Where a run that loops leaves its result. It has one owner at a time, who got it by a lock, so
/// the flag orders nothing: it spares a pass the mutex that an error needs.
#[derive(Default)]
struct Slot {
    passed: AtomicBool,
    error: Mutex<Option<HealthError>>,
}

impl<F: Future<Output = Infallible> + Send> PollRun for Looped<F> {
    fn poll_run(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), HealthError>> {
        let this = self.project();
        let Poll::Pending = this.runs.poll(cx);
        if this.slot.passed.load(Ordering::Relaxed) {
            this.slot.passed.store(false, Ordering::Relaxed);
            return Poll::Ready(Ok(()));
        }
        lock(&this.slot.error).take().map_or(Poll::Pending, |error| Poll::Ready(Err(error)))
    }
}

/// Is pending once.
async fn pause() {
    let mut paused = false;
    poll_fn(|_| if mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending })
        .await;
}
