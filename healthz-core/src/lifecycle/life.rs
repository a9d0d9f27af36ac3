use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use tokio::time::{sleep_until, timeout};

use crate::{
    lifecycle::{Lifecycle, drain::Drain, hold::Holds, stage::Stage},
    support::time::after,
};

/// The life of one registry.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) stage: Stage,
    pub(crate) drain: Drain,
    pub(crate) holds: Arc<Holds>,
    /// Several futures may wait for the same end; one of them tells.
    told_waiting: AtomicBool,
    told_end: AtomicBool,
}

/// Something that cannot wait: a further signal.
pub(crate) trait SignalSource {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<()>;
}

/// Has all the time in the world.
pub(crate) struct NoSignals;

impl SignalSource for NoSignals {
    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

impl Life {
    pub(crate) fn new(lifecycle: Lifecycle, drain: Drain) -> Self {
        Self {
            stage: Stage::new(lifecycle),
            drain,
            holds: Arc::default(),
            told_waiting: AtomicBool::new(false),
            told_end: AtomicBool::new(false),
        }
    }

    /// Waits for the first sign of signals, drains, and waits until that is over.
    #[cfg(feature = "signal")]
    pub(crate) async fn shut_down(&self, mut signals: impl SignalSource) {
        poll_fn(|cx| signals.poll_next(cx)).await;
        self.stage.drain();
        self.drained(signals).await;
    }

    /// Waits until the drain is over: the delay, then the holds. Each sign of signals ends one of
    /// the two.
    pub(crate) async fn drained(&self, mut signals: impl SignalSource) {
        self.stage.wait_for(Lifecycle::Draining).await;
        let end = after(self.stage.draining_since(), self.drain.delay_here());
        unless(&mut signals, sleep_until(end)).await;

        let Some(held) = self.holds.list() else { return };
        let limit = self.drain.hold_limit;
        if !self.told_waiting.swap(true, Ordering::Relaxed) {
            tracing::info!(target: "healthz", %held, ?limit, "waiting for what is held");
        }
        let waited = unless(&mut signals, timeout(limit, self.holds.none())).await;
        let why = match waited {
            Some(Ok(())) => return,
            Some(Err(_)) => "the hold limit is over",
            None => "another signal came",
        };
        let held = self.holds.list().unwrap_or_default();
        if !self.told_end.swap(true, Ordering::Relaxed) {
            tracing::warn!(target: "healthz", %held, why, "no longer waiting for what is held");
        }
    }
}

/// Waits for `work`, unless signals comes first.
async fn unless<F: Future>(signals: &mut impl SignalSource, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => signals.poll_next(cx).map(|()| None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{sync::mpsc, task::JoinHandle, time::Instant};

    use super::*;
    use crate::lifecycle::hold::Hold;

    type Signals = mpsc::UnboundedReceiver<()>;

    impl SignalSource for Signals {
        fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            self.poll_recv(cx).map(|_| ())
        }
    }

    const DELAY: Duration = Duration::from_secs(5);
    const LIMIT: Duration = Duration::from_secs(15);

    fn life(from: Lifecycle) -> Arc<Life> {
        Arc::new(Life::new(from, Drain { delay: Some(DELAY), hold_limit: LIMIT }))
    }

    /// The future of a server, and what sends it signals.
    fn server(life: &Arc<Life>) -> (JoinHandle<Duration>, mpsc::UnboundedSender<()>) {
        let (send, signals) = mpsc::unbounded_channel();
        let (life, begin) = (life.clone(), Instant::now());
        let server = async move {
            let end = timeout(Duration::from_secs(86_400), life.shut_down(signals)).await;
            end.expect("it never ends");
            begin.elapsed()
        };
        (tokio::spawn(server), send)
    }

    async fn sleep(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_drains_at_once_and_ends_after_the_delay() {
        let life = life(Lifecycle::Running);
        let (server, signal) = server(&life);
        sleep(60).await;
        assert_eq!(life.stage.get(), Lifecycle::Running);
        signal.send(()).unwrap();
        tokio::task::yield_now().await;
        assert_eq!(life.stage.get(), Lifecycle::Draining);
        assert_eq!(server.await.unwrap(), Duration::from_secs(60) + DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_while_starting_drains() {
        let life = life(Lifecycle::Starting);
        let (server, signal) = server(&life);
        signal.send(()).unwrap();
        tokio::task::yield_now().await;
        assert_eq!(life.stage.get(), Lifecycle::Draining);
        life.stage.run();
        assert_eq!(life.stage.get(), Lifecycle::Draining);
        assert_eq!(server.await.unwrap(), DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_ends_the_delay() {
        let life = life(Lifecycle::Running);
        let (server, signal) = server(&life);
        signal.send(()).unwrap();
        sleep(2).await;
        signal.send(()).unwrap();
        assert_eq!(server.await.unwrap(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn two_servers_count_their_own_signals() {
        let life = life(Lifecycle::Running);
        let (one, first) = server(&life);
        let (two, second) = server(&life);
        // The one SIGTERM reaches both.
        first.send(()).unwrap();
        second.send(()).unwrap();
        assert_eq!((one.await.unwrap(), two.await.unwrap()), (DELAY, DELAY));
    }

    #[tokio::test(start_paused = true)]
    async fn the_delay_counts_from_the_drain_and_not_from_the_signal() {
        let life = life(Lifecycle::Running);
        let (server, signal) = server(&life);
        life.stage.drain();
        sleep(60).await;
        assert!(!server.is_finished(), "it waits for its signal");
        signal.send(()).unwrap();
        assert_eq!(server.await.unwrap(), Duration::from_secs(60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_for_the_delay_spares_what_is_held() {
        let life = life(Lifecycle::Running);
        let hold = Hold::new("import".into(), life.holds.clone());
        let (server, signal) = server(&life);
        signal.send(()).unwrap();
        sleep(1).await;
        signal.send(()).unwrap();
        sleep(3).await;
        assert!(!server.is_finished());
        drop(hold);
        assert_eq!(server.await.unwrap(), Duration::from_secs(4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_after_the_delay_gives_up_what_is_held() {
        let life = life(Lifecycle::Running);
        let _hold = Hold::new("import".into(), life.holds.clone());
        let (server, signal) = server(&life);
        signal.send(()).unwrap();
        sleep(8).await;
        signal.send(()).unwrap();
        assert_eq!(server.await.unwrap(), Duration::from_secs(8));
    }
}
