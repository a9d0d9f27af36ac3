use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use crate::{
    Answer, HealthzConfig, Lifecycle, RegistryBuilder, Report, Request,
    drain::Drain,
    engine::{background::Background, cell::Cell, panel::Panel},
    lifecycle::Stage,
    wire,
};

/// The checks and endpoints of a service. Cheap to clone; all clones are the same registry.
///
/// Its background tasks end when the last clone is dropped.
#[derive(Clone)]
pub struct Registry {
    shared: Arc<Shared>,
}

struct Shared {
    prefix: String,
    stage: Stage,
    drain: Drain,
    config: HealthzConfig,
    panels: BTreeMap<Arc<str>, Panel>,
    background: Background,
}

impl Registry {
    /// Starts a new registry.
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    pub(crate) fn new(
        prefix: String,
        lifecycle: Lifecycle,
        drain: Drain,
        config: HealthzConfig,
        panels: Vec<Panel>,
        cells: Vec<Arc<Cell>>,
    ) -> Self {
        let tended = cells.into_iter().filter(|cell| cell.policy().every.is_some()).collect();
        let panels = panels.into_iter().map(|panel| (panel.name.clone(), panel)).collect();
        let background = Background::new(tended);
        background.ensure();
        let stage = Stage::new(lifecycle);
        Self { shared: Arc::new(Shared { prefix, stage, drain, config, panels, background }) }
    }

    /// Returns the path below which the endpoints are served, `/healthz` by default.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.shared.prefix
    }

    /// Returns the configuration in effect: what code and configuration add up to, defaults included.
    ///
    /// Given to a builder with the same code, it makes the same registry. Its `drain_delay` is left
    /// out if it follows the place where the process runs.
    ///
    /// ```
    /// use std::time::Duration;
    /// use healthz_core::{CheckExt, Registry, check_fn};
    ///
    /// let database = check_fn(|| async { Ok(()) }).timeout(Duration::from_secs(1));
    /// let registry = Registry::builder().endpoint("ready", database).build()?;
    /// assert_eq!(registry.to_config().checks["ready"].timeout, Some(Duration::from_secs(1)));
    /// assert_eq!(registry.to_config().endpoints["ready"].budget, Some(Duration::from_millis(800)));
    /// # Ok::<(), healthz_core::RegistryError>(())
    /// ```
    #[must_use]
    pub fn to_config(&self) -> HealthzConfig {
        self.shared.config.clone()
    }

    pub(crate) fn config(&self) -> &HealthzConfig {
        &self.shared.config
    }

    /// Answers a request for anything below the prefix.
    ///
    /// Whatever the checks do, the answer is there within the endpoint's budget. The future may be
    /// dropped at any time: the runs it began go on for whoever asks next.
    ///
    /// ```
    /// use healthz_core::{Registry, Request};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), healthz_core::RegistryError> {
    /// let registry = Registry::builder().liveness("live", []).build()?;
    /// let answer = registry.respond(Request::new("GET", "live")).await;
    /// assert_eq!(answer.status(), 200);
    /// assert_eq!(answer.body(), r#"{"status": 200, "title": "OK"}"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// When a check is not ready at once and the tokio runtime was built without its time driver.
    pub async fn respond(&self, request: Request<'_>) -> Answer {
        if !wire::takes(request.method) {
            return wire::method_not_allowed();
        }
        let name = wire::endpoint_name(request.tail);
        let answer = match self.shared.panels.get(&*name) {
            Some(panel) => {
                self.shared.background.ensure();
                panel.answer(self.lifecycle()).await
            }
            None => wire::not_setup(&name),
        };
        if request.method == "OPTIONS" { answer.with_allow() } else { answer }
    }

    /// Asks an endpoint for everything that is known of its checks; `None` if there is no such
    /// endpoint. Runs, joins and waits as a probe does.
    ///
    /// # Panics
    /// As [`respond`](Self::respond).
    pub async fn report(&self, endpoint: &str) -> Option<Report> {
        let panel = self.shared.panels.get(endpoint)?;
        self.shared.background.ensure();
        Some(panel.report(self.lifecycle()).await)
    }

    /// Returns where the service stands.
    #[must_use]
    pub fn lifecycle(&self) -> Lifecycle {
        self.shared.stage.get()
    }

    /// Says that the service has started: from [`Lifecycle::Starting`] to [`Lifecycle::Running`].
    /// Does nothing in any other state.
    pub fn started(&self) {
        self.shared.stage.advance(Lifecycle::Running);
    }

    /// Says that the service is on its way out: readiness endpoints answer 503 `Shutting down` from
    /// now on. For services with signal handling of their own.
    pub fn draining(&self) {
        self.shared.stage.advance(Lifecycle::Draining);
    }

    /// Returns how long the service goes on serving after its readiness turned 503, where this process
    /// runs.
    #[must_use]
    pub fn drain_delay(&self) -> Duration {
        self.shared.drain.delay_here()
    }

    /// Returns what [`drain_delay`](Self::drain_delay) is in Kubernetes, wherever this process runs:
    /// what a manifest has to leave room for.
    #[must_use]
    pub fn drain_delay_in_kubernetes(&self) -> Duration {
        self.shared.drain.delay(true)
    }

    /// Returns how long holds may keep the drain from ending, from the end of the delay.
    #[must_use]
    pub fn hold_limit(&self) -> Duration {
        self.shared.drain.hold_limit
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("prefix", &self.shared.prefix)
            .field("lifecycle", &self.lifecycle())
            .field("endpoints", &self.shared.panels.keys())
            .finish_non_exhaustive()
    }
}
