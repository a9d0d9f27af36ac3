use std::{
    any::Any,
    fmt, mem,
    panic::resume_unwind,
    pin::Pin,
    task::{Context, Poll},
};

/// What became of a request so far, as a future for the logger that takes it over.
pub struct Running<F: Future>(Turn<F>);

enum Turn<F: Future> {
    Pending(Pin<Box<F>>),
    Done(F::Output),
    /// It panicked, and does so again inside the logger.
    Panicked(Box<dyn Any + Send>),
    /// The client has left, or another has taken it over.
    Gone,
}

impl<F: Future> Running<F> {
    pub(crate) fn new(future: F) -> Self {
        Self(Turn::Pending(Box::pin(future)))
    }

    pub(crate) fn done(output: F::Output) -> Self {
        Self(Turn::Done(output))
    }

    pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Self {
        Self(Turn::Panicked(panic))
    }

    pub(crate) fn gone() -> Self {
        Self(Turn::Gone)
    }

    pub(crate) fn take(&mut self) -> Self {
        mem::replace(self, Self::gone())
    }
}

// What is pinned is in a box.
impl<F: Future> Unpin for Running<F> {}

impl<F: Future> Future for Running<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if let Turn::Pending(future) = &mut self.0 {
            return future.as_mut().poll(cx);
        }
        match self.take().0 {
            Turn::Done(output) => Poll::Ready(output),
            Turn::Panicked(panic) => resume_unwind(panic),
            Turn::Pending(_) | Turn::Gone => Poll::Pending,
        }
    }
}

impl<F: Future> fmt::Debug for Running<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Turn::Pending(_) => "Pending",
            Turn::Done(_) => "Done",
            Turn::Panicked(_) => "Panicked",
            Turn::Gone => "Gone",
        })
    }
}
