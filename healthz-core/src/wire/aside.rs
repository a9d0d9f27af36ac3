use std::{
    cell::{Cell, RefCell},
    task::Poll,
};

/// Where a middleware puts a probe's answer out of the sight of the logger that it is around.
///
/// One half of the middleware stands inside the logger, the other one outside. Of a probe that no
/// log needs the logger sees the request, waits for the answer, and is dropped. For adapters whose
/// framework drives a request on one thread.
#[derive(Debug)]
pub struct Aside<A> {
    /// Whether the outer half is polling: then it gets the answer, and nobody else does.
    open: Cell<bool>,
    answer: RefCell<Option<A>>,
}

impl<A> Default for Aside<A> {
    fn default() -> Self {
        Self { open: Cell::new(false), answer: RefCell::new(None) }
    }
}

impl<A> Aside<A> {
    /// What the logger is to see of a poll of the application: nothing yet, if no log needs its
    /// answer.
    ///
    /// The application is not to be polled again then, and is not, because the outer half has the
    /// answer.
    pub fn inside<E>(
        &self,
        poll: Poll<Result<A, E>>,
        is_quiet: impl FnOnce(&A) -> bool,
    ) -> Poll<Result<A, E>> {
        match poll {
            Poll::Ready(Ok(answer)) if self.open.get() && is_quiet(&answer) => {
                self.answer.replace(Some(answer));
                Poll::Pending
            }
            poll => poll,
        }
    }

    /// Polls the logger, and takes the answer that was put aside meanwhile.
    pub fn outside<E>(&self, logger: impl FnOnce() -> Poll<Result<A, E>>) -> Poll<Result<A, E>> {
        self.open.set(true);
        let poll = logger();
        self.open.set(false);
        self.answer.take().map_or(poll, |answer| Poll::Ready(Ok(answer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(answer: &'static str) -> Poll<Result<&'static str, ()>> {
        Poll::Ready(Ok(answer))
    }

    #[test]
    fn an_answer_goes_past_the_logger_only_while_the_outer_half_polls() {
        let aside = Aside::default();
        let inside = |answer| aside.inside(ready(answer), |answer| *answer == "healthy");
        let mut seen = Vec::new();
        for answer in ["healthy", "failing"] {
            let outer = aside.outside(|| {
                let poll = inside(answer);
                seen.push(poll);
                poll
            });
            assert_eq!(outer, ready(answer));
        }
        assert_eq!(seen, [Poll::Pending, ready("failing")]);
        assert_eq!(inside("healthy"), ready("healthy"), "nobody would fetch it");
    }
}
