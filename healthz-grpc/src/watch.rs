use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use healthz_core::{Changes, Known, Registry};
use tokio::time::{Instant, sleep_until};

use crate::{
    call::late,
    known,
    message::ServingStatus,
    names::Endpoints,
    slots::Slot,
    status::{Code, Failure},
};

/// A stream of Watch: how a service stands, and every change of that.
///
/// It is polled only when the client can take a message, and looks at what is true then: a client
/// that does not read costs no memory, and is told the newest state.
pub(crate) struct Watch(Pin<Box<dyn Future<Output = Step> + Send>>);

/// The stream after a step, and what came of the step.
type Step = (Watching, Result<ServingStatus, Failure>);

struct Watching {
    registry: Registry,
    changes: Changes,
    /// `None` for a service that nobody knows, which never changes.
    endpoints: Option<Endpoints>,
    deadline: Option<Instant>,
    /// Ends when the server stops.
    drained: Pin<Box<dyn Future<Output = ()> + Send>>,
    sent: Option<ServingStatus>,
    _slot: Slot,
}

impl Watch {
    pub(crate) fn new(
        registry: Registry,
        endpoints: Option<Endpoints>,
        deadline: Option<Instant>,
        slot: Slot,
    ) -> Self {
        let (changes, drained) = (registry.changes(), Box::pin(registry.drained()));
        let watching =
            Watching { registry, changes, endpoints, deadline, drained, sent: None, _slot: slot };
        Self(Box::pin(watching.step()))
    }

    /// Yields the next message, or why there is none any more.
    pub(crate) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ServingStatus, Failure>> {
        let (watching, next) = ready!(self.0.as_mut().poll(cx));
        self.0 = Box::pin(watching.step());
        Poll::Ready(next)
    }
}

impl Watching {
    async fn step(mut self) -> Step {
        let next = self.next().await;
        (self, next)
    }

    async fn next(&mut self) -> Result<ServingStatus, Failure> {
        loop {
            let known = self.changed().await?;
            let serving = self.look(&known).await;
            if self.sent.replace(serving) != Some(serving) {
                return Ok(serving);
            }
        }
    }

    /// The first time it asks as a probe does, so that nobody is told what was true an hour ago;
    /// then what is known is enough.
    async fn look(&mut self, known: &Known) -> ServingStatus {
        let Some(endpoints) = &self.endpoints else { return ServingStatus::ServiceUnknown };
        match self.sent.map(|_| known::look(known, endpoints)) {
            None | Some(ServingStatus::Unknown) => known::ask(&self.registry, endpoints).await,
            Some(serving) => serving,
        }
    }

    /// Waits for a change, the first time for none; fails when the stream is at its end.
    async fn changed(&mut self) -> Result<Known, Failure> {
        let Self { changes, drained, deadline, .. } = self;
        let mut changed = pin!(changes.next());
        let mut deadline = pin!(deadline.map(sleep_until));
        let stops = || Failure::new(Code::Unavailable, "the service stops");
        poll_fn(|cx| {
            if let Poll::Ready(known) = changed.as_mut().poll(cx) {
                return Poll::Ready(known.ok_or_else(stops));
            }
            if drained.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(stops()));
            }
            match deadline.as_mut().as_pin_mut() {
                Some(deadline) => deadline.poll(cx).map(|()| Err(late())),
                None => Poll::Pending,
            }
        })
        .await
    }
}
