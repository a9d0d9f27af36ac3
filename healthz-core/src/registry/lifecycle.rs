use std::{sync::Arc, time::Duration};

#[cfg(feature = "signal")]
use tokio::{runtime::Handle, task::JoinSet};

use crate::{
    lifecycle::{Lifecycle, hold::Hold, served::Served, source::NoSignals},
    registry::Registry,
};

impl Registry {
    /// Returns where the service stands.
    #[must_use]
    pub fn lifecycle(&self) -> Lifecycle {
        self.life().stage.get()
    }

    /// Waits until the service is at a point of its lifecycle, or past it.
    ///
    /// ```
    /// use healthz_core::{Lifecycle, Registry};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), healthz_core::RegistryError> {
    /// let registry = Registry::builder().readiness("ready", []).build()?;
    /// // A worker that takes no new job once the service drains:
    /// let stop = tokio::spawn(registry.wait_for(Lifecycle::Draining));
    /// assert!(!stop.is_finished());
    ///
    /// registry.begin_drain();
    /// assert!(stop.await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for(
        &self,
        lifecycle: Lifecycle,
    ) -> impl Future<Output = ()> + Send + 'static + use<> {
        let life = self.life().clone();
        async move { life.stage.wait_for(lifecycle).await }
    }

    /// Says that the service has started: from [`Lifecycle::Starting`] to [`Lifecycle::Running`].
    /// Does nothing in any other state.
    pub fn mark_started(&self) {
        self.life().stage.run();
    }

    /// Waits until every background check has its first result: until its first run has passed,
    /// failed, panicked or run out of its timeout. Begins the runs if nothing has begun them
    /// before.
    ///
    /// For a service that [starts](crate::RegistryBuilder::starting) and takes no traffic before it
    /// knows how it stands. Without background checks it is over at once. A run that nobody ends,
    /// because its thread is blocked, is not waited for without end: at most as long as the longest
    /// timeout of a background check, 3 s over which first runs are spread, and 800 ms.
    ///
    /// ```
    /// use std::time::Duration;
    /// use healthz_core::{CheckExt, Registry, check_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let database = check_fn(|| async { Ok(()) }).every(Duration::from_secs(10));
    /// let registry = Registry::builder().starting().readiness("ready", database).build()?;
    ///
    /// registry.first_results().await;
    /// registry.mark_started();
    /// assert_eq!(registry.report("ready").await.ok_or("no such endpoint")?.code(), 200);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// When it has to wait outside a tokio runtime with its time driver.
    pub fn first_results(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let registry = self.clone();
        async move {
            registry.ensure();
            let shared = &registry.shared;
            shared.background.first_results(&shared.announcer.changes).await;
        }
    }

    /// Says that the service is on its way out: readiness endpoints answer 503 `Shutting down` from
    /// now on, and [`drained`](Self::drained) says when to stop serving. For services with signal
    /// handling of their own; [`shutdown_signal`](Self::shutdown_signal) calls it by itself.
    pub fn begin_drain(&self) {
        self.life().stage.drain();
    }

    /// Waits until the service may stop serving: until it is draining, for the
    /// [`drain_delay`](Self::drain_delay) from then, and at last for what is [held](Self::hold), at
    /// most for the [`hold_limit`](Self::hold_limit).
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use healthz_core::Registry;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), healthz_core::RegistryError> {
    /// let delay = Duration::from_millis(20);
    /// let registry = Registry::builder().readiness("ready", []).drain_delay(delay).build()?;
    ///
    /// let signal = Instant::now(); // ... of whatever kind
    /// registry.begin_drain();
    /// registry.drained().await;
    /// assert!(signal.elapsed() >= delay);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// When polled outside a tokio runtime with its time driver.
    pub fn drained(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let life = self.life().clone();
        async move { life.drained(NoSignals).await }
    }

    /// Waits for the end of the process: the one future for every framework's graceful shutdown.
    ///
    /// At the first SIGTERM or SIGINT (ctrl-c on Windows) the service is
    /// [`draining`](Self::begin_drain): readiness endpoints answer 503 at once, and everything is
    /// served as before. The future ends when the drain does ([`drained`](Self::drained)), and the
    /// framework then stops accepting and finishes the requests that it has. A second signal ends
    /// the delay at once, and one that comes while the drain waits for what is [held](Self::hold)
    /// ends that.
    ///
    /// It plugs into axum's `with_graceful_shutdown`, warp's `graceful` and actix-web's
    /// `shutdown_signal` (since 4.11; before, disable its own signals and await it in front of
    /// `ServerHandle::stop(true)`). Several servers in one process take a future each, and
    /// every future hears every signal.
    ///
    /// The signals are caught from this call on, also in a container's process 1, where nobody else
    /// would, and the drain begins with the signal, even if the future is not polled yet: make it
    /// before a slow start. Called outside a tokio runtime, both hold from the first poll on.
    /// Dropping the future before it is over ends that. They stay caught for as long as the process
    /// lives: a server that never ends its last requests no longer ends by ctrl-c, so let
    /// [`serve`](Self::serve) bound its stop. Without it the log says at WARN that a signal after
    /// the drain changes nothing.
    ///
    /// ```
    /// use std::time::Duration;
    /// use healthz_core::Registry;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), healthz_core::RegistryError> {
    /// let registry = Registry::builder().readiness("ready", []).build()?;
    /// let server = tokio::spawn(registry.shutdown_signal()); // axum::serve(..).with_graceful_shutdown(..)
    ///
    /// tokio::time::sleep(Duration::from_millis(20)).await;
    /// assert!(!server.is_finished(), "nobody sent a signal");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// In a tokio runtime without its I/O driver, and when polled outside one or without its time
    /// driver.
    #[cfg(feature = "signal")]
    pub fn shutdown_signal(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let life = self.life().clone();
        let signals = life.signals.listen();
        let ahead = Handle::try_current().ok().map(|runtime| {
            let (mut ahead, life) = (JoinSet::new(), life.clone());
            ahead.spawn_on(async move { life.shut_down(signals).await }, &runtime);
            ahead
        });
        async move {
            if let Some(mut ahead) = ahead
                && let Some(Ok(())) = ahead.join_next().await
            {
                return;
            }
            // Nobody listens yet, or the runtime that did is gone.
            let signals = life.signals.listen();
            life.shut_down(signals).await;
        }
    }

    /// Drives a server until it has stopped, and bounds its stop: a client that never ends its
    /// request does not keep the process.
    ///
    /// The server is given up (its future is dropped) when the [`stop_limit`](Self::stop_limit) is
    /// over, counted from the end of the drain, or when one more signal comes after the drain. The
    /// log then says so at WARN, and the value is that of a server that stopped by itself. It works
    /// without [`shutdown_signal`](Self::shutdown_signal), too: [`begin_drain`](Self::begin_drain)
    /// bounds the server as a signal does.
    ///
    /// ```
    /// use std::{future::pending, io, time::Duration};
    /// use healthz_core::Registry;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = Registry::builder()
    ///     .readiness("ready", [])
    ///     .drain_delay(Duration::ZERO)
    ///     .stop_limit(Duration::from_millis(20))
    ///     .build()?;
    /// // axum::serve(listener, app).with_graceful_shutdown(registry.shutdown_signal())
    /// let server = pending::<io::Result<()>>();
    ///
    /// registry.begin_drain();
    /// registry.serve(server).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// As [`shutdown_signal`](Self::shutdown_signal).
    pub async fn serve<F: IntoFuture<Output: Served>>(&self, server: F) -> F::Output {
        #[cfg(feature = "signal")]
        let signals = self.life().signals.listen();
        #[cfg(not(feature = "signal"))]
        let signals = NoSignals;
        let end = self.life().serve(server.into_future(), signals).await;
        end.unwrap_or_else(Served::given_up)
    }

    /// Keeps the drain from ending until the returned guard is dropped: for work that belongs to no
    /// request, and that would be lost with the process.
    ///
    /// The drain waits after its delay, at most for the [`hold_limit`](Self::hold_limit), and logs
    /// the names of what it waits for and of what it gave up: the first ten, quoted, and how many
    /// more. The name is for the log; several holds may have the same. A hold that is taken when
    /// the drain is over holds nothing.
    ///
    /// ```
    /// use std::time::Duration;
    /// use healthz_core::Registry;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), healthz_core::RegistryError> {
    /// let registry =
    ///     Registry::builder().readiness("ready", []).drain_delay(Duration::ZERO).build()?;
    /// let hold = registry.hold("import");
    /// let import = tokio::spawn(async move {
    ///     tokio::time::sleep(Duration::from_millis(20)).await;
    ///     drop(hold);
    /// });
    ///
    /// registry.begin_drain();
    /// registry.drained().await;
    /// assert!(import.await.is_ok(), "it was waited for");
    /// # Ok(())
    /// # }
    /// ```
    pub fn hold(&self, name: impl Into<Arc<str>>) -> Hold {
        Hold::new(name.into(), self.life().holds.clone())
    }

    /// Returns how long the service goes on serving after its readiness turned 503, where this
    /// process runs.
    #[must_use]
    pub fn drain_delay(&self) -> Duration {
        self.life().drain.delay_here()
    }

    /// Returns what [`drain_delay`](Self::drain_delay) is in Kubernetes, wherever this process
    /// runs: what a manifest has to leave room for.
    #[must_use]
    pub fn drain_delay_in_kubernetes(&self) -> Duration {
        self.life().drain.delay(true)
    }

    /// Returns how long a server that [`serve`](Self::serve) drives may take to stop, from the end
    /// of the drain.
    #[must_use]
    pub fn stop_limit(&self) -> Duration {
        self.life().drain.stop_limit
    }

    /// Returns how long holds may keep the drain from ending, from the end of the delay.
    #[must_use]
    pub fn hold_limit(&self) -> Duration {
        self.life().drain.hold_limit
    }
}
