use std::{
    any::Any,
    fmt,
    future::{Ready, ready},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready as wait},
};

use crate::{
    engine::responder::Found,
    wire::{answer::Answer, rendered::Rendered},
};

/// The future of [`Registry::respond`](crate::Registry::respond): an [`Answer`], at once or within
/// the endpoint's budget.
///
/// # Panics
/// It may panic when it is polled again after the answer.
pub struct Responding {
    step: Step,
    allow: bool,
}

enum Step {
    /// The answer that most probes get.
    Pass,
    Ready(Ready<Answer>),
    Waiting {
        found: Pin<Box<dyn Future<Output = Found> + Send>>,
        rendered: Arc<Rendered>,
        details: bool,
        /// A probe that has to wait keeps the background checks alive.
        _registry: Arc<dyn Any + Send + Sync>,
    },
    View(Pin<Box<dyn Future<Output = Answer> + Send>>),
}

impl Responding {
    pub(crate) fn pass() -> Self {
        Self { step: Step::Pass, allow: false }
    }

    pub(crate) fn ready(answer: Answer) -> Self {
        Self { step: Step::Ready(ready(answer)), allow: false }
    }

    pub(crate) fn waiting(
        found: Pin<Box<dyn Future<Output = Found> + Send>>,
        rendered: Arc<Rendered>,
        details: bool,
        registry: Arc<dyn Any + Send + Sync>,
    ) -> Self {
        let step = Step::Waiting { found, rendered, details, _registry: registry };
        Self { step, allow: false }
    }

    pub(crate) fn view(view: Pin<Box<dyn Future<Output = Answer> + Send>>) -> Self {
        Self { step: Step::View(view), allow: false }
    }

    pub(crate) fn with_allow(self) -> Self {
        Self { allow: true, ..self }
    }
}

/// The default view, with its details or without.
pub(crate) fn answer(found: &Found, rendered: &Rendered, details: bool) -> Answer {
    match found {
        Found::Pass => Answer::OK,
        Found::Report(report) if details => rendered.answer(report),
        Found::Report(report) => Answer::of(&report.without_details()),
    }
}

impl Future for Responding {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let answer = match &mut self.step {
            Step::Pass => Answer::OK,
            Step::Ready(answer) => wait!(Pin::new(answer).poll(cx)),
            Step::Waiting { found, rendered, details, .. } => {
                answer(&wait!(found.as_mut().poll(cx)), rendered, *details)
            }
            Step::View(view) => wait!(view.as_mut().poll(cx)),
        };
        Poll::Ready(if self.allow { answer.with_allow() } else { answer })
    }
}

impl fmt::Debug for Responding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responding").finish_non_exhaustive()
    }
}
