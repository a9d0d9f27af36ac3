use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, Waker, ready},
};

use http::{Request, Response};
use http_body_util::Either;
use pin_project_lite::pin_project;
use tower::util::Oneshot;
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    mark,
    quiet::{handed::Handed, is_quiet, running::Running},
};

/// The logger around a request that it sees late.
type Shown<F, L, G> = Oneshot<<L as Layer<Handed<F>>>::Service, Request<G>>;

pin_project! {
    /// The future of a [`QuietService`](crate::QuietService).
    pub struct QuietFuture<T, F, L, G>
    where
        F: Future,
        L: Layer<Handed<F>>,
        L::Service: Service<Request<G>>,
    {
        #[pin]
        step: Step<T, F, L, G>,
    }
}

pin_project! {
    #[project = Projected]
    enum Step<T, F, L, G>
    where
        F: Future,
        L: Layer<Handed<F>>,
        L::Service: Service<Request<G>>,
    {
        // The logger has had it from the beginning.
        Logged { #[pin] future: T },
        // It may be a healthy probe.
        Waiting { waiting: Waiting<F, L, G> },
        // It is none, and the logger has it now.
        Shown { #[pin] future: Shown<F, L, G> },
    }
}

/// A request that may be a healthy probe, and what shows it to the logger if it is none.
struct Waiting<F, L, G>
where
    F: Future,
    L: Layer<Handed<F>>,
    L::Service: Service<Request<G>>,
{
    running: Running<F>,
    /// Whether our endpoints have it.
    ours: bool,
    /// Taken when the logger sees it, or need not see it any more.
    unseen: Option<(L, Request<G>)>,
}

impl<T, F, L, G> QuietFuture<T, F, L, G>
where
    F: Future,
    L: Layer<Handed<F>>,
    L::Service: Service<Request<G>>,
{
    pub(crate) fn logged(future: T) -> Self {
        Self { step: Step::Logged { future } }
    }

    pub(crate) fn waiting(running: F, logger: L, request: Request<G>) -> Self {
        let running = Running::new(running);
        let waiting = Waiting { running, ours: false, unseen: Some((logger, request)) };
        Self { step: Step::Waiting { waiting } }
    }
}

impl<T, F, L, G, R, U, E, I> Future for QuietFuture<T, F, L, G>
where
    T: Future<Output = Result<Response<U>, E>>,
    F: Future<Output = Result<Response<R>, I>>,
    L: Layer<Handed<F>>,
    L::Service: Service<Request<G>, Response = Response<U>, Error = E>,
{
    type Output = Result<Response<Either<R, U>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut step = self.project().step;
        loop {
            let logged = match step.as_mut().project() {
                Projected::Logged { future } => ready!(future.poll(cx)),
                Projected::Shown { future } => ready!(future.poll(cx)),
                Projected::Waiting { waiting } => match ready!(waiting.poll(cx)) {
                    Ok(healthy) => return Poll::Ready(Ok(healthy.map(Either::Left))),
                    Err(future) => {
                        step.set(Step::Shown { future });
                        continue;
                    }
                },
            };
            return Poll::Ready(logged.map(|response| response.map(Either::Right)));
        }
    }
}

impl<F, L, G> Waiting<F, L, G>
where
    F: Future,
    L: Layer<Handed<F>>,
    L::Service: Service<Request<G>>,
{
    /// Waits for the answer: a healthy one, or everything else as the logger's business.
    fn poll<R, I>(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response<R>, Shown<F, L, G>>>
    where
        F: Future<Output = Result<Response<R>, I>>,
    {
        let marks = mark::count();
        let poll = AssertUnwindSafe(|| Pin::new(&mut self.running).poll(cx));
        let turn = match catch_unwind(poll) {
            Ok(Poll::Ready(Ok(healthy))) if is_quiet(&healthy) => {
                self.unseen = None;
                return Poll::Ready(Ok(healthy));
            }
            Ok(Poll::Ready(output)) => Running::done(output),
            Ok(Poll::Pending) => {
                self.ours |= mark::count() != marks;
                if self.ours {
                    return Poll::Pending;
                }
                self.running.take()
            }
            // The logger's own frames are around it when it goes on.
            Err(panic) => Running::panicked(panic),
        };
        self.show(turn).map_or(Poll::Pending, |shown| Poll::Ready(Err(shown)))
    }

    fn show(&mut self, running: Running<F>) -> Option<Shown<F, L, G>> {
        let (logger, request) = self.unseen.take()?;
        Some(Oneshot::new(logger.layer(Handed::new(running)), request))
    }
}

impl<F, L, G> Drop for Waiting<F, L, G>
where
    F: Future,
    L: Layer<Handed<F>>,
    L::Service: Service<Request<G>>,
{
    /// Shows a request whose client has left: alone, the logger would have seen it come.
    fn drop(&mut self) {
        // What a logger does while its runtime ends or another panic unwinds must not abort the
        // process.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            if let Some(shown) = self.show(Running::gone()) {
                let _ = Box::pin(shown).as_mut().poll(&mut Context::from_waker(Waker::noop()));
            }
        }));
    }
}

impl<T, F, L, G> fmt::Debug for QuietFuture<T, F, L, G>
where
    F: Future,
    L: Layer<Handed<F>>,
    L::Service: Service<Request<G>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QuietFuture").finish_non_exhaustive()
    }
}
