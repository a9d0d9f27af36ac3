use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use tokio::{
    runtime::Handle,
    task::unconstrained,
    time::{Instant, sleep, sleep_until, timeout},
};

#[cfg(feature = "signal")]
use crate::lifecycle::signals::Signals;
use crate::{
    lifecycle::{
        Lifecycle, drain::Drain, hold::Holds, source::SignalSource, stage::Stage, stall::Stall,
    },
    support::time::after,
};

/// How often the log is reminded of what goes on.
const MINUTE: Duration = Duration::from_secs(60);

/// The life of one registry.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) stage: Stage,
    pub(crate) stall: Stall,
    pub(crate) drain: Drain,
    pub(crate) holds: Arc<Holds>,
    #[cfg(feature = "signal")]
    pub(crate) signals: Arc<Signals>,
    /// Whether somebody tells the log that the service is still starting.
    start_is_watched: AtomicBool,
    /// Several futures may wait for the same end; one of them tells.
    told_waiting: AtomicBool,
    told_end: AtomicBool,
    #[cfg(feature = "signal")]
    told_late: AtomicBool,
    /// Somebody bounds the server's stop.
    is_served: AtomicBool,
}

impl Life {
    pub(crate) fn new(lifecycle: Lifecycle, drain: Drain) -> Self {
        Self {
            stage: Stage::new(lifecycle),
            stall: Stall::default(),
            drain,
            holds: Arc::default(),
            #[cfg(feature = "signal")]
            signals: Arc::default(),
            start_is_watched: AtomicBool::new(false),
            told_waiting: AtomicBool::new(false),
            told_end: AtomicBool::new(false),
            #[cfg(feature = "signal")]
            told_late: AtomicBool::new(false),
            is_served: AtomicBool::new(false),
        }
    }

    /// Lets a task tell the log that the service is still starting, if it is and if there is a
    /// runtime for the task.
    pub(crate) fn watch_start(self: &Arc<Self>) {
        if self.stage.get() != Lifecycle::Starting || self.start_is_watched.load(Ordering::Relaxed)
        {
            return;
        }
        let Ok(runtime) = Handle::try_current() else { return };
        if !self.start_is_watched.swap(true, Ordering::Relaxed) {
            tracing::info!(target: "healthz", lifecycle = %Lifecycle::Starting, "lifecycle changed");
            runtime.spawn(tell_of_start(Arc::downgrade(self)));
        }
    }

    /// Waits for the first signal, drains, and waits until that is over.
    #[cfg(feature = "signal")]
    pub(crate) async fn shut_down(
        self: Arc<Self>,
        mut signals: impl SignalSource + Send + 'static,
    ) {
        poll_fn(|cx| signals.poll_next(cx)).await;
        self.stage.drain();
        self.drained(&mut signals).await;
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.tell_of_late(signals));
        }
    }

    /// Goes on listening when the drain is over, because signals stay caught: without a word, one
    /// more would be lost on a server that does not stop.
    #[cfg(feature = "signal")]
    async fn tell_of_late(self: Arc<Self>, mut signals: impl SignalSource) {
        loop {
            poll_fn(|cx| signals.poll_next(cx)).await;
            if !self.is_served.load(Ordering::Relaxed)
                && !self.told_late.swap(true, Ordering::Relaxed)
            {
                tracing::warn!(
                    target: "healthz",
                    "the drain is over, and a further signal changes nothing: let `Registry::serve` \
                     bound the server's stop"
                );
            }
        }
    }

    /// Drives a server until it has stopped, at most for the stop limit from the end of the drain
    /// and at most until a signal that comes after it. `None` if the server was given up.
    pub(crate) async fn serve<F: Future>(
        &self,
        server: F,
        mut signals: impl SignalSource,
    ) -> Option<F::Output> {
        self.is_served.store(true, Ordering::Relaxed);
        let mut server = pin!(server);
        let limit = self.drain.stop_limit;
        let mut given_up = pin!(async {
            // Each future of a registry counts its own signals: the first begins the drain, here
            // or in another future that saw it before. Then it has come here, too, and must not
            // count as a second one; whatever the task's budget is, because nobody asks again.
            if unless(&mut signals, self.stage.wait_for(Lifecycle::Draining)).await.is_some() {
                let first = poll_fn(|cx| Poll::Ready(signals.poll_next(cx)));
                let _ = unconstrained(first).await;
            }
            self.stage.drain();
            self.drained(&mut signals).await;
            match unless(&mut signals, sleep(limit)).await {
                Some(()) => "the stop limit is over",
                None => "another signal came",
            }
        });
        let why = poll_fn(|cx| match server.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => given_up.as_mut().poll(cx).map(Err),
        });
        match why.await {
            Ok(output) => Some(output),
            Err(why) => {
                tracing::warn!(target: "healthz", why, ?limit, "stopped with requests unfinished");
                None
            }
        }
    }

    /// Waits until the drain is over: the delay, then the holds. Each signal ends one of the
    /// two.
    pub(crate) async fn drained(&self, mut signals: impl SignalSource) {
        self.stage.wait_for(Lifecycle::Draining).await;
        let end = after(self.stage.draining_since(), self.drain.delay_here());
        unless(&mut signals, sleep_until(end)).await;

        let Some(held) = self.holds.list() else { return };
        let limit = self.drain.hold_limit;
        let waited = unless(&mut signals, timeout(limit, self.released(&held))).await;
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

    /// Waits until nothing is held any more. Of all who wait the first tells the log, and reminds it
    /// once a minute.
    async fn released(&self, held: &str) {
        let tells = !self.told_waiting.swap(true, Ordering::Relaxed);
        if tells {
            let limit = self.drain.hold_limit;
            tracing::info!(target: "healthz", %held, ?limit, "waiting for what is held");
        }
        let begin = Instant::now();
        while timeout(MINUTE, self.holds.none()).await.is_err() {
            let elapsed = begin.elapsed();
            if tells && let Some(held) = self.holds.list() {
                tracing::info!(target: "healthz", %held, ?elapsed, "still waiting for what is held");
            }
        }
    }
}

/// Reminds the log once a minute that the service is still starting, until it is not or nobody has
/// the registry any more.
async fn tell_of_start(life: Weak<Life>) {
    let begin = Instant::now();
    loop {
        sleep(MINUTE).await;
        let elapsed = begin.elapsed();
        match life.upgrade().map(|life| life.stage.get()) {
            Some(Lifecycle::Starting) => tracing::warn!(
                target: "healthz",
                ?elapsed,
                "still starting: readiness and startup are 503 until `mark_started` is called"
            ),
            _ => return,
        }
    }
}

/// Waits for `work`, unless a signal comes first.
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
    use std::{mem::take, task::Context};

    use tokio::{
        sync::mpsc,
        task::{JoinHandle, consume_budget},
    };

    use super::*;
    use crate::lifecycle::hold::Hold;

    type Signals = mpsc::UnboundedReceiver<()>;

    impl SignalSource for Signals {
        fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            match self.poll_recv(cx) {
                Poll::Ready(Some(())) => Poll::Ready(()),
                _ => Poll::Pending,
            }
        }
    }

    const DELAY: Duration = Duration::from_secs(5);
    const LIMIT: Duration = Duration::from_secs(15);

    fn life(from: Lifecycle) -> Arc<Life> {
        Arc::new(Life::new(
            from,
            Drain { delay: Some(DELAY), hold_limit: LIMIT, ..Drain::default() },
        ))
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

    /// A server that never stops by itself, driven by `serve`; yields how long it was driven.
    fn hanging(life: &Arc<Life>) -> (JoinHandle<Duration>, mpsc::UnboundedSender<()>) {
        let (send, signals) = mpsc::unbounded_channel();
        let (life, begin) = (life.clone(), Instant::now());
        let driven = async move {
            let server = std::future::pending::<()>();
            let end = timeout(Duration::from_secs(86_400), life.serve(server, signals)).await;
            assert_eq!(end.expect("it never ends"), None);
            begin.elapsed()
        };
        (tokio::spawn(driven), send)
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_does_not_stop_is_given_up_after_the_stop_limit() {
        let life = life(Lifecycle::Running);
        let (driven, signal) = hanging(&life);
        sleep(60).await;
        assert!(!driven.is_finished(), "without a signal it serves for ever");
        signal.send(()).unwrap();
        let stop = Drain::default().stop_limit;
        assert_eq!(driven.await.unwrap(), Duration::from_secs(60) + DELAY + stop);
        assert_eq!(life.stage.get(), Lifecycle::Draining);
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_that_another_future_saw_first_is_no_second_one() {
        let life = life(Lifecycle::Running);
        let (driven, signal) = hanging(&life);
        // Both before it is polled.
        signal.send(()).unwrap();
        life.stage.drain();
        let stop = Drain::default().stop_limit;
        assert_eq!(driven.await.unwrap(), DELAY + stop);
    }

    #[tokio::test(start_paused = true)]
    async fn nor_is_it_when_the_server_has_used_up_what_its_task_may_do_at_once() {
        let life = life(Lifecycle::Running);
        let (signal, signals) = mpsc::unbounded_channel();
        signal.send(()).unwrap();
        life.stage.drain();
        let (begin, mut is_first) = (Instant::now(), true);
        let server = poll_fn(|cx| {
            if take(&mut is_first) {
                while pin!(consume_budget()).poll(cx).is_ready() {}
            }
            Poll::<()>::Pending
        });
        assert_eq!(life.serve(server, signals).await, None);
        assert_eq!(begin.elapsed(), DELAY + Drain::default().stop_limit);
    }

    #[tokio::test(start_paused = true)]
    async fn a_drain_that_was_begun_by_hand_bounds_the_server_too() {
        let life = life(Lifecycle::Running);
        let (driven, _signal) = hanging(&life);
        sleep(1).await;
        life.stage.drain();
        let stop = Drain::default().stop_limit;
        assert_eq!(driven.await.unwrap(), Duration::from_secs(1) + DELAY + stop);
    }

    #[tokio::test(start_paused = true)]
    async fn the_stop_limit_counts_from_the_end_of_the_drain_and_not_before_holds_are_released() {
        let life = life(Lifecycle::Running);
        let hold = Hold::new("import".into(), life.holds.clone());
        let (driven, signal) = hanging(&life);
        signal.send(()).unwrap();
        sleep(12).await;
        drop(hold);
        let stop = Drain::default().stop_limit;
        assert_eq!(driven.await.unwrap(), Duration::from_secs(12) + stop);
    }

    #[tokio::test(start_paused = true)]
    async fn a_third_signal_ends_a_server_that_hangs_at_once() {
        let life = life(Lifecycle::Running);
        let (driven, signal) = hanging(&life);
        signal.send(()).unwrap();
        sleep(1).await;
        signal.send(()).unwrap();
        sleep(1).await;
        assert!(!driven.is_finished(), "the second one ended the delay");
        signal.send(()).unwrap();
        assert_eq!(driven.await.unwrap(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_stops_is_not_waited_for_any_longer() {
        let life = life(Lifecycle::Running);
        let (_signal, signals) = mpsc::unbounded_channel();
        let output = life.serve(async { "stopped" }, signals as Signals).await;
        assert_eq!(output, Some("stopped"));
    }
}
