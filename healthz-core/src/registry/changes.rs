use std::{fmt, future::poll_fn, pin::pin, sync::Arc, task::Poll};

use tokio::time::{Instant, sleep_until};

use crate::{
    engine::announcer::Announcer,
    lifecycle::{Lifecycle, life::Life},
    registry::{Registry, weak::WeakRegistry},
    report::{known::Known, known_endpoint::KnownEndpoint, status::Status},
};

/// Waits for the status of an endpoint, or for the lifecycle, to change; made by
/// [`Registry::changes`].
///
/// It does not keep the registry alive.
pub struct Changes {
    registry: WeakRegistry,
    announcer: Arc<Announcer>,
    life: Arc<Life>,
    seen: Option<Seen>,
}

/// What makes two states different for whoever waits.
#[derive(PartialEq)]
struct Seen {
    lifecycle: Lifecycle,
    endpoints: Vec<Option<Status>>,
}

impl Registry {
    /// Makes something to wait with for changes. It runs no check: a check that runs when it is
    /// asked for changes when somebody asks, a background check by itself, also when it goes stale.
    ///
    /// ```
    /// use healthz_core::{Lifecycle, Registry};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = Registry::builder().readiness("ready", []).build()?;
    /// let mut changes = registry.changes();
    /// let first = changes.next().await.ok_or("the registry is there")?;
    /// assert_eq!(first.lifecycle(), Lifecycle::Running);
    ///
    /// registry.begin_drain();
    /// let second = changes.next().await.ok_or("the registry is there")?;
    /// assert_eq!(second.lifecycle(), Lifecycle::Draining);
    ///
    /// drop(registry);
    /// assert!(changes.next().await.is_none());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn changes(&self) -> Changes {
        let (announcer, life) = (self.shared.announcer.clone(), self.life().clone());
        Changes { registry: self.downgrade(), announcer, life, seen: None }
    }

    /// When the next background result goes stale.
    fn goes_stale(&self, now: Instant) -> Option<Instant> {
        self.shared.checkers.iter().filter_map(|checker| checker.goes_stale(now)).min()
    }
}

impl Changes {
    /// Returns what is known as soon as the lifecycle or the status of an endpoint is another one
    /// than at the last call; the first call returns at once. `None` when the last [`Registry`] has
    /// been dropped.
    ///
    /// No change is lost: one that comes between two calls is there at the second. No state comes
    /// twice in a row: what changes and changes back unseen has not changed. It may be dropped at
    /// any time.
    ///
    /// # Panics
    /// When it has to wait for a background check outside a tokio runtime with its time driver.
    pub async fn next(&mut self) -> Option<Known> {
        loop {
            // Before looking, so that what happens after the look wakes.
            let mut checks = pin!(self.announcer.changes.notified());
            let mut lifecycle = pin!(self.life.stage.changed());
            checks.as_mut().enable();
            lifecycle.as_mut().enable();
            let now = Instant::now();
            let (known, stale) = {
                let registry = self.registry.upgrade()?;
                (registry.known(), registry.goes_stale(now))
            };
            let endpoints = known.endpoints().iter().map(KnownEndpoint::status).collect();
            let seen = Some(Seen { lifecycle: known.lifecycle(), endpoints });
            if self.seen != seen {
                self.seen = seen;
                return Some(known);
            }
            let mut stale = stale.map(|stale| Box::pin(sleep_until(stale)));
            poll_fn(|cx| {
                let stale = stale.as_mut().is_some_and(|stale| stale.as_mut().poll(cx).is_ready());
                let woken =
                    checks.as_mut().poll(cx).is_ready() || lifecycle.as_mut().poll(cx).is_ready();
                if stale || woken { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("registry", &self.registry).finish_non_exhaustive()
    }
}
