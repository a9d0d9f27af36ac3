use std::{fmt, sync::Arc, time::Duration};

use crate::{
    check::check_ext::CheckExt,
    config::apply::parse,
    engine::announcer::Listeners,
    plan::{
        Plan, advice, blueprint::Blueprint, endpoint::Endpoint, endpoint_kind::EndpointKind,
        healthz_config::HealthzConfig, registry_error::RegistryError, runtime_watch::RuntimeWatch,
    },
    registry::{Registry, StartWatchdog},
    report::transition::Transition,
    watchdog::Watchdog,
    wire::{details::Details, readers::Readers},
};

/// Collects checks and endpoints; every mistake comes out of [`build`](Self::build), nothing panics
/// before.
///
/// # Endpoints that strangers can reach
///
/// Whoever can reach an endpoint can have its checks run: one run of a check at a time, but as many
/// one after the other as it is asked for, hundreds in a second if a run takes a millisecond. Each
/// of them is a query to a dependency. Where an endpoint is not for probers alone, give all checks
/// a [`cache`](Self::cache) of a second or so, or let the expensive ones run in the background
/// ([`every`](crate::CheckExt::every)): then a dependency is asked as often as you say and not as
/// often as a stranger likes. What a stranger reads is decided by [`details`](Self::details).
///
/// ```
/// use healthz_core::{Registry, check_fn};
///
/// let registry = Registry::builder()
///     .check("database", check_fn(async || Ok(())))
///     .liveness("live", [])
///     .readiness("ready", ["databse"])
///     .build();
/// let error = registry.unwrap_err().to_string();
/// assert!(error.contains("did you mean `database`?"), "{error}");
/// ```
#[must_use = "a builder does nothing until `build` is called"]
#[derive(Default)]
pub struct RegistryBuilder {
    plan: Plan,
    listeners: Listeners,
    readers: Readers,
    /// What starts the watch of the runtime, set where it is asked for: so an application that does
    /// not ask for it does not link it.
    watchdog: Option<StartWatchdog>,
    configs: Vec<HealthzConfig>,
    /// What parses a plan with configurations, set with the first of them for the same reason.
    parse: Option<Parse>,
}

type Parse = fn(Plan, Vec<HealthzConfig>) -> Result<Blueprint, RegistryError>;

impl Registry {
    /// Starts a new registry.
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }
}

impl RegistryBuilder {
    /// Sets the path below which the endpoints are served. Default: `/healthz`.
    ///
    /// It begins with `/`, does not end with one, and has only letters, digits, `-`, `.`, `_`, `~`
    /// and `/`, so that every router takes it literally. Everything below it belongs to the
    /// registry.
    ///
    /// The empty prefix, or `/`, is the root: there the endpoints have only their literal paths
    /// (`/livez`, `/readyz`), and every other path belongs to the application.
    ///
    /// ```
    /// use healthz_core::Registry;
    ///
    /// let registry =
    ///     Registry::builder().prefix("").liveness("livez", []).readiness("readyz", []).build()?;
    /// assert!(registry.literal_paths().eq(["/livez", "/readyz"]));
    /// assert_eq!(registry.wildcard(), None);
    /// # Ok::<(), healthz_core::RegistryError>(())
    /// ```
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.plan.settings.prefix = Some(prefix.into());
        self
    }

    /// Bounds the time to the answer of every endpoint without a budget of its own, whatever the
    /// checks do. Default: 800 ms ([`DEFAULT_BUDGET`](crate::DEFAULT_BUDGET)). Must not be zero nor
    /// over 30 s ([`MAX_BUDGET`](crate::MAX_BUDGET)).
    pub fn budget(mut self, budget: Duration) -> Self {
        self.plan.settings.budget = Some(budget);
        self
    }

    /// Serves the finished result of every check again for this long after its run ended, failures
    /// included. Default: no result is served twice. Must not be zero.
    ///
    /// It holds for each check that says nothing of a cache and does not run in the background; a
    /// check overrides it with a [`cache`](crate::CheckExt::cache) of its own or with
    /// [`fresh`](crate::CheckExt::fresh). An endpoint that [strangers can
    /// reach](Self#endpoints-that-strangers-can-reach) should have one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use healthz_core::{CheckExt, Registry, check_fn, config::Switch};
    ///
    /// let second = Duration::from_secs(1);
    /// let registry = Registry::builder()
    ///     .cache(second)
    ///     .check("database", check_fn(|| async { Ok(()) }))
    ///     .check("disk", check_fn(|| async { Ok(()) }).fresh())
    ///     .readiness("ready", ["database", "disk"])
    ///     .build()?;
    /// let checks = registry.to_config().checks;
    /// assert_eq!(checks["database"].cache, Some(Switch::On(second)));
    /// assert_eq!(checks["disk"].cache, Some(Switch::Off));
    /// # Ok::<(), healthz_core::RegistryError>(())
    /// ```
    pub fn cache(mut self, ttl: Duration) -> Self {
        self.plan.settings.cache = Some(ttl.into());
        self
    }

    /// Begins in [`Lifecycle::Starting`](crate::Lifecycle::Starting), until
    /// [`Registry::mark_started`] is called. [`Registry::first_results`] waits for the background
    /// checks. Default: running.
    pub fn starting(mut self) -> Self {
        self.plan.starting = true;
        self
    }

    /// Watches the runtime: liveness endpoints answer 503 `The runtime is stuck` while every worker
    /// has been inside one task for so long. Default: nobody watches. Must be at least 1 s
    /// ([`MIN_RUNTIME_WATCH`](crate::MIN_RUNTIME_WATCH)); 10 s is a good bound.
    ///
    /// That is what a restart cures: tasks that block, a deadlock. If all workers are blocked, no
    /// probe is answered any more, and the prober's own timeout does the rest; what the watch adds
    /// is the log. A thread that needs no runtime writes an ERROR line that names the workers while
    /// it lasts, and an INFO line with the time that was lost. If some are blocked, the others may
    /// well answer the probes; the log says so all the same, and
    /// [`strict`](crate::RuntimeWatch::strict) takes one for enough. Time in which the whole
    /// process was stopped or throttled does not count.
    ///
    /// The runtime is that in which the registry is built, or else that of the first request; the
    /// adapter of actix-web adds that of each worker. A runtime of one thread has to be driven for
    /// as long as it is there. A busy worker counts as stuck, too, if it polls fewer than 61 tasks
    /// within the bound without a pause: at 10 s, if each blocks it for 160 ms. A paused clock of
    /// tests does not matter.
    ///
    /// ```
    /// use std::time::Duration;
    /// use healthz_core::{Registry, RegistryError};
    ///
    /// let watch = |bound| Registry::builder().liveness("live", []).watch_runtime(bound).build();
    /// let known = watch(Duration::from_secs(10))?.known();
    /// assert!(known.runtime().is_some_and(|runtime| !runtime.is_stuck()));
    /// assert!(watch(Duration::from_millis(10)).is_err());
    /// # Ok::<(), RegistryError>(())
    /// ```
    pub fn watch_runtime(mut self, watch: impl Into<RuntimeWatch>) -> Self {
        self.plan.watch = Some(watch.into());
        self.watchdog = Some(Watchdog::start);
        self
    }

    /// Sets how long the service goes on serving after its readiness turned 503, so that everybody
    /// who routes to it can find out. Default: 5 s in Kubernetes
    /// ([`KUBERNETES_DRAIN_DELAY`](crate::KUBERNETES_DRAIN_DELAY); told by the variable
    /// `KUBERNETES_SERVICE_HOST`), none elsewhere.
    pub fn drain_delay(mut self, delay: Duration) -> Self {
        self.plan.settings.drain_delay = Some(delay);
        self
    }

    /// Bounds how long holds keep the drain from ending, from the end of the delay. Default: 15 s
    /// ([`DEFAULT_HOLD_LIMIT`](crate::DEFAULT_HOLD_LIMIT)). Zero waits for none.
    pub fn hold_limit(mut self, limit: Duration) -> Self {
        self.plan.settings.hold_limit = Some(limit);
        self
    }

    /// Bounds how long a server that [`Registry::serve`] drives may take to stop, from the end of
    /// the drain. Default: 10 s ([`DEFAULT_STOP_LIMIT`](crate::DEFAULT_STOP_LIMIT)). Zero gives it
    /// up at once.
    pub fn stop_limit(mut self, limit: Duration) -> Self {
        self.plan.settings.stop_limit = Some(limit);
        self
    }

    /// Registers a check under a name, for endpoints to use. The order of registration is the order
    /// of reports only within an endpoint's own list.
    pub fn check(mut self, name: impl Into<String>, check: impl CheckExt) -> Self {
        self.plan.add_check(name.into(), check.into_registration());
        self
    }

    /// Adds an endpoint that ignores the lifecycle: the names of its checks, or one check in place.
    ///
    /// ```
    /// use healthz_core::{Registry, check_fn};
    ///
    /// let registry = Registry::builder().endpoint("ready", check_fn(|| async { Ok(()) })).build();
    /// assert!(registry.is_ok());
    /// ```
    pub fn endpoint(self, name: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.add(name.into(), EndpointKind::Plain, endpoint.into())
    }

    /// Adds a liveness endpoint. It should name no check of anything outside the process: when a
    /// dependency is down, a restart of the process does not help and costs its caches.
    pub fn liveness(self, name: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.add(name.into(), EndpointKind::Liveness, endpoint.into())
    }

    /// Adds a readiness endpoint: 503 `Starting` and `Shutting down` outside
    /// [`Lifecycle::Running`](crate::Lifecycle::Running), whatever its checks say.
    pub fn readiness(self, name: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.add(name.into(), EndpointKind::Readiness, endpoint.into())
    }

    /// Adds a startup endpoint: 503 until the registry is running and each of its checks passed
    /// once, 200 from then on.
    pub fn startup(self, name: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.add(name.into(), EndpointKind::Startup, endpoint.into())
    }

    /// Calls `listener` when a check turns from one status to another, outside any lock: it may use
    /// the registry. It is called on a thread apart, a moment after the answer, so no probe waits
    /// for it and the log has a thread of its own. A check's transitions are told in their order;
    /// of a check that turns faster than its listeners read, the first failure and the last state
    /// are kept, and what lies between is [counted](Transition::skipped). A panic is contained and
    /// logged. Several listeners are called one after the other in the order they were added, so
    /// one that never returns keeps everything from the others.
    ///
    /// Inside a tokio runtime a listener is, too, so it may spawn a task; it may also block. The
    /// end of the runtime waits for it.
    ///
    /// A listener that holds the registry keeps it alive for ever.
    ///
    /// ```
    /// use healthz_core::{Registry, TransitionKind};
    ///
    /// let registry = Registry::builder().on_transition(|transition| match transition.kind() {
    ///     TransitionKind::Failed { text, .. } => eprintln!("{}: {text}", transition.check()),
    ///     TransitionKind::Recovered { downtime, .. } => eprintln!("well after {downtime:?}"),
    ///     _ => {}
    /// });
    /// ```
    pub fn on_transition(mut self, listener: impl Fn(&Transition) + Send + Sync + 'static) -> Self {
        self.listeners.add(Arc::new(listener));
        self
    }

    /// Sets who may see more than the status. Default: everybody ([`Details::Always`]).
    ///
    /// ```
    /// use healthz_core::{Details, HealthError, Registry, adapter::Request};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), healthz_core::RegistryError> {
    /// let down = || Err(HealthError::new("the disk is full"));
    /// let registry = Registry::builder().endpoint("ready", down).details(Details::Never).build()?;
    /// let answer = registry.respond(Request::new("GET", "ready").query(Some("verbose"))).await;
    /// assert_eq!(answer.body(), r#"{"status": 503, "title": "Service Unavailable"}"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn details(mut self, details: Details) -> Self {
        self.readers.details = details;
        self
    }

    /// Sets the service's name for the readers of `health+json` (`serviceId`) and of the page.
    /// Default: none.
    pub fn service_id(mut self, id: impl Into<String>) -> Self {
        self.readers.service.id = Some(id.into());
        self
    }

    /// Sets the service's public version for the readers of `health+json` (`version`). Default:
    /// none.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.readers.service.version = Some(version.into());
        self
    }

    /// Sets what was released, a build or a commit, for the readers of `health+json` (`releaseId`).
    /// Default: none.
    pub fn release_id(mut self, id: impl Into<String>) -> Self {
        self.readers.service.release_id = Some(id.into());
        self
    }

    /// Sets what the service is for, for the readers of `health+json` (`description`). Default:
    /// none.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.readers.service.description = Some(description.into());
        self
    }

    /// Lays a configuration over what the code sets; see [`HealthzConfig`] for what it can say.
    ///
    /// Applied in [`build`](Self::build), so that it does not matter whether this is called before
    /// or after the rest of the builder. What the configuration does not mention stays as the code
    /// has it; of several configurations the later one wins, key by key.
    pub fn config(mut self, config: HealthzConfig) -> Self {
        self.configs.push(config);
        self.parse = Some(parse);
        self
    }

    /// Builds the registry. Background checks start here inside a tokio runtime, and otherwise at
    /// the first request inside one.
    ///
    /// # Errors
    /// The first mistake in what the builder was given; with a [`config`](Self::config) every
    /// mistake at once, in the code and in the configuration ([`RegistryError::Several`]).
    pub fn build(self) -> Result<Registry, RegistryError> {
        let blueprint = match self.parse {
            Some(parse) => parse(self.plan, self.configs)?,
            None => self.plan.parse().map_err(RegistryError::first)?,
        };
        advice::tell(&blueprint);
        Ok(Registry::new(blueprint, self.listeners, self.readers, self.watchdog))
    }

    fn add(mut self, name: String, kind: EndpointKind, endpoint: Endpoint) -> Self {
        self.plan.add_endpoint(name, kind, endpoint);
        self
    }
}

impl fmt::Debug for RegistryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryBuilder")
            .field("settings", &self.plan.settings)
            .field("configs", &self.configs)
            .finish_non_exhaustive()
    }
}
