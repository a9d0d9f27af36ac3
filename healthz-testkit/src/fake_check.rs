use std::{
    future::pending,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use healthz_core::{Check, HealthError, async_trait};
use tokio::{sync::watch, time::sleep};

use crate::until;

/// A check that does what a test tells it, and counts its runs.
///
/// Clones are the same check: register one, and keep one to tell it what to do.
///
/// ```
/// use healthz_core::{Registry, adapter::Request};
/// use healthz_testkit::FakeCheck;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), healthz_core::RegistryError> {
/// let database = FakeCheck::passing();
/// let registry = Registry::builder().endpoint("ready", database.clone()).build()?;
/// assert_eq!(registry.respond(Request::new("GET", "ready")).await.code(), 200);
///
/// database.fail("Can't connect to the database");
/// assert_eq!(registry.respond(Request::new("GET", "ready")).await.code(), 503);
/// assert_eq!(database.runs(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FakeCheck {
    behaviour: watch::Sender<Behaviour>,
    takes: Duration,
    counts: Arc<Counts>,
}

/// What a run comes to.
#[derive(Debug, Clone)]
enum Behaviour {
    Pass,
    Fail(String),
    Panic,
    /// The run never ends, whatever the check is told later.
    Hang,
    /// The run waits until the check is told something else, and then does that.
    Hold,
}

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicUsize,
    finished: AtomicUsize,
    outstanding: AtomicUsize,
    most: AtomicUsize,
}

impl FakeCheck {
    /// Creates a check that passes at once.
    #[must_use]
    pub fn passing() -> Self {
        Self::new(Behaviour::Pass)
    }

    /// Creates a check that fails at once with a public text.
    #[must_use]
    pub fn failing(text: impl Into<String>) -> Self {
        Self::new(Behaviour::Fail(text.into()))
    }

    /// Creates a check that panics. The panic hook is not called, so nothing is printed.
    #[must_use]
    pub fn panicking() -> Self {
        Self::new(Behaviour::Panic)
    }

    /// Creates a check whose runs never end.
    #[must_use]
    pub fn hanging() -> Self {
        Self::new(Behaviour::Hang)
    }

    /// Creates a check whose runs wait until [`pass`](Self::pass), [`fail`](Self::fail) or another
    /// method says what they come to.
    #[must_use]
    pub fn gated() -> Self {
        Self::new(Behaviour::Hold)
    }

    fn new(behaviour: Behaviour) -> Self {
        Self {
            behaviour: watch::Sender::new(behaviour),
            takes: Duration::ZERO,
            counts: Arc::default(),
        }
    }

    /// Sets how long a run takes before it does anything else, by tokio's clock.
    ///
    /// The default is zero.
    #[must_use]
    pub fn takes(self, duration: Duration) -> Self {
        Self { takes: duration, ..self }
    }

    /// Lets the runs that wait and all later ones pass.
    pub fn pass(&self) {
        self.behaviour.send_replace(Behaviour::Pass);
    }

    /// Lets the runs that wait and all later ones fail with a public text.
    pub fn fail(&self, text: impl Into<String>) {
        self.behaviour.send_replace(Behaviour::Fail(text.into()));
    }

    /// Lets the runs that wait and all later ones panic.
    pub fn panic(&self) {
        self.behaviour.send_replace(Behaviour::Panic);
    }

    /// Lets the runs that wait and all later ones hang. Such a run never ends, also not when the
    /// check is told something else.
    pub fn hang(&self) {
        self.behaviour.send_replace(Behaviour::Hang);
    }

    /// Makes later runs wait until the check is told something else.
    pub fn hold(&self) {
        self.behaviour.send_replace(Behaviour::Hold);
    }

    /// Returns how many runs have begun.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.counts.begun.load(Ordering::SeqCst)
    }

    /// Returns how many runs passed or failed. A run that was dropped or that panicked did neither.
    #[must_use]
    pub fn finished(&self) -> usize {
        self.counts.finished.load(Ordering::SeqCst)
    }

    /// Returns how many runs are out now.
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.counts.outstanding.load(Ordering::SeqCst)
    }

    /// Returns how many runs were out at the same time, at most.
    #[must_use]
    pub fn most_outstanding(&self) -> usize {
        self.counts.most.load(Ordering::SeqCst)
    }

    /// Blocks the thread until so many runs have begun.
    ///
    /// As the last check of an endpoint, a passing one tells in this way that a probe has arrived
    /// and has asked all the checks before it. A probe that comes during the run of another joins it,
    /// and is not counted.
    ///
    /// # Panics
    /// If they have not begun within 30 seconds.
    pub fn wait_for_runs(&self, runs: usize) {
        until("enough runs have begun", || self.runs() >= runs);
    }
}

#[async_trait]
impl Check for FakeCheck {
    async fn check(&self) -> Result<(), HealthError> {
        let _run = Run::begin(self.counts.clone());
        if !self.takes.is_zero() {
            sleep(self.takes).await;
        }
        let mut told = self.behaviour.subscribe();
        let behaviour = told.wait_for(|told| !matches!(told, Behaviour::Hold)).await?.clone();
        let result = match behaviour {
            Behaviour::Pass => Ok(()),
            Behaviour::Fail(text) => Err(HealthError::new(text)),
            Behaviour::Panic => resume_unwind(Box::new("a fake check panics")),
            Behaviour::Hang | Behaviour::Hold => pending().await,
        };
        self.counts.finished.fetch_add(1, Ordering::SeqCst);
        result
    }
}

/// A run that is out.
struct Run(Arc<Counts>);

impl Run {
    fn begin(counts: Arc<Counts>) -> Self {
        counts.begun.fetch_add(1, Ordering::SeqCst);
        let outstanding = counts.outstanding.fetch_add(1, Ordering::SeqCst) + 1;
        counts.most.fetch_max(outstanding, Ordering::SeqCst);
        Self(counts)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.0.outstanding.fetch_sub(1, Ordering::SeqCst);
    }
}
