use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
    time::Duration,
};

use crate::{
    DEFAULT_BUDGET, DEFAULT_PREFIX, Endpoint, EndpointKind, Lifecycle, MAX_BUDGET, Registration,
    Registry, RegistryError, Transition,
    drain::Drain,
    engine::{
        cell::Cell,
        journal::{Journal, Listener},
        panel::Panel,
    },
    policy::Policy,
    prefix,
};

/// Collects checks and endpoints; every mistake comes out of [`build`](Self::build), nothing panics
/// before.
#[must_use = "a builder does nothing until `build` is called"]
pub struct RegistryBuilder {
    prefix: String,
    budget: Duration,
    lifecycle: Lifecycle,
    drain: Drain,
    checks: Vec<(String, Registration)>,
    endpoints: Vec<(String, EndpointKind, Endpoint)>,
    listeners: Vec<Listener>,
}

impl Default for RegistryBuilder {
    fn default() -> Self {
        Self {
            prefix: DEFAULT_PREFIX.into(),
            budget: DEFAULT_BUDGET,
            lifecycle: Lifecycle::Running,
            drain: Drain::default(),
            checks: Vec::new(),
            endpoints: Vec::new(),
            listeners: Vec::new(),
        }
    }
}

impl RegistryBuilder {
    /// Sets the path below which the endpoints are served. Default: `/healthz`.
    ///
    /// It begins with `/`, does not end with one, and has only letters, digits, `-`, `.`, `_`, `~` and
    /// `/`, so that every router takes it literally. Everything below it belongs to the registry.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Bounds the time to the answer of every endpoint without a budget of its own, whatever the
    /// checks do. Default: 800 ms ([`DEFAULT_BUDGET`]). Must not be zero nor over 30 s
    /// ([`MAX_BUDGET`]).
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// Begins in [`Lifecycle::Starting`], until [`Registry::started`] is called. Default: running.
    pub fn starting(mut self) -> Self {
        self.lifecycle = Lifecycle::Starting;
        self
    }

    /// Sets how long the service goes on serving after its readiness turned 503, so that everybody who
    /// routes to it can find out. Default: 5 s in Kubernetes
    /// ([`KUBERNETES_DRAIN_DELAY`](crate::KUBERNETES_DRAIN_DELAY); told by the variable
    /// `KUBERNETES_SERVICE_HOST`), none elsewhere.
    pub fn drain_delay(mut self, delay: Duration) -> Self {
        self.drain.delay = Some(delay);
        self
    }

    /// Bounds how long holds keep the drain from ending, from the end of the delay. Default: 15 s
    /// ([`DEFAULT_HOLD_LIMIT`](crate::DEFAULT_HOLD_LIMIT)). Zero waits for none.
    pub fn hold_limit(mut self, limit: Duration) -> Self {
        self.drain.hold_limit = limit;
        self
    }

    /// Registers a check under a name, for endpoints to use. The order of registration is the order
    /// of reports only within an endpoint's own list.
    pub fn check(mut self, name: impl Into<String>, check: impl Into<Registration>) -> Self {
        self.checks.push((name.into(), check.into()));
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
    /// [`Lifecycle::Running`], whatever its checks say.
    pub fn readiness(self, name: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.add(name.into(), EndpointKind::Readiness, endpoint.into())
    }

    /// Adds a startup endpoint: 503 until the registry is running and each of its checks passed once,
    /// 200 from then on.
    pub fn startup(self, name: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.add(name.into(), EndpointKind::Startup, endpoint.into())
    }

    /// Calls `listener` once for every check that turns from passing to failing or back, on the thread
    /// that saw it and outside any lock. It must not block; a panic is contained and logged. Several
    /// listeners are called in the order they were added.
    ///
    /// A listener that holds the registry keeps it alive for ever.
    pub fn on_transition(mut self, listener: impl Fn(&Transition) + Send + Sync + 'static) -> Self {
        self.listeners.push(Arc::new(listener));
        self
    }

    /// Builds the registry. Background checks start here inside a tokio runtime, and otherwise at the
    /// first request inside one.
    ///
    /// # Errors
    /// The first mistake in what the builder was given.
    pub fn build(self) -> Result<Registry, RegistryError> {
        self.validate()?;
        let Self { prefix, budget, lifecycle, drain, mut checks, mut endpoints, listeners } = self;
        for (name, _, endpoint) in &mut endpoints {
            if let Some(own) = endpoint.own.take() {
                checks.push((name.clone(), own));
                endpoint.checks.push(name.clone());
            }
        }
        let journal = Arc::new(Journal { listeners });
        let generation = Arc::default();
        let cell = |(name, registration): (String, Registration)| {
            let cell = Cell::new(&name, registration, journal.clone(), Arc::clone(&generation));
            (name, Arc::new(cell))
        };
        let cells: BTreeMap<String, Arc<Cell>> = checks.into_iter().map(cell).collect();
        let panel = |(name, kind, endpoint): (String, EndpointKind, Endpoint)| {
            let named = endpoint.checks.iter().filter_map(|check| cells.get(check).cloned());
            let budget = endpoint.budget.unwrap_or(budget);
            Panel::new(&name, kind, budget, named.collect(), Arc::clone(&generation))
        };
        let panels = endpoints.into_iter().map(panel).collect();
        Ok(Registry::new(prefix, lifecycle, drain, panels, cells.into_values().collect()))
    }

    fn add(mut self, name: String, kind: EndpointKind, endpoint: Endpoint) -> Self {
        self.endpoints.push((name, kind, endpoint));
        self
    }

    fn validate(&self) -> Result<(), RegistryError> {
        prefix::validate(&self.prefix)?;
        validate_budget("the registry", self.budget)?;

        let own = self.endpoints.iter().filter_map(|(name, _, e)| Some((name, e.own.as_ref()?)));
        let checks = self.checks.iter().map(|(name, registration)| (name, registration)).chain(own);
        let mut known = Vec::new();
        for (name, registration) in checks {
            if known.contains(name) {
                return Err(RegistryError::DuplicateCheck { check: name.clone() });
            }
            known.push(name.clone());
            validate_policy(name, &registration.policy)?;
        }
        if self.checks.iter().any(|(name, _)| name.is_empty()) {
            return Err(RegistryError::EmptyCheckName);
        }

        let mut seen = BTreeSet::new();
        for (name, _, endpoint) in &self.endpoints {
            if !seen.insert(name) {
                return Err(RegistryError::DuplicateEndpoint { endpoint: name.clone() });
            }
            validate_endpoint(name, endpoint, &known)?;
        }
        Ok(())
    }
}

fn validate_endpoint(
    name: &str,
    endpoint: &Endpoint,
    known: &[String],
) -> Result<(), RegistryError> {
    if name.is_empty() {
        return Err(RegistryError::EmptyEndpointName);
    }
    if name.contains('/') {
        return Err(RegistryError::SlashInEndpointName { endpoint: name.into() });
    }
    if let Some(budget) = endpoint.budget {
        validate_budget(name, budget)?;
    }
    for (i, check) in endpoint.checks.iter().enumerate() {
        let (endpoint_name, check_name) = (name.to_owned(), check.clone());
        if !known.contains(check) {
            let known = known.to_vec();
            return Err(RegistryError::UnknownCheck {
                endpoint: endpoint_name,
                check: check_name,
                known,
            });
        }
        if endpoint.checks[..i].contains(check) {
            return Err(RegistryError::RepeatedCheck {
                endpoint: endpoint_name,
                check: check_name,
            });
        }
    }
    Ok(())
}

fn validate_budget(name: &str, budget: Duration) -> Result<(), RegistryError> {
    let name = name.to_owned();
    if budget.is_zero() {
        return Err(RegistryError::ZeroDuration { what: "budget", name });
    }
    if budget > MAX_BUDGET {
        return Err(RegistryError::BudgetTooLong { name, budget });
    }
    Ok(())
}

fn validate_policy(name: &str, policy: &Policy) -> Result<(), RegistryError> {
    let durations = [
        ("timeout", Some(policy.timeout)),
        ("cache", policy.cache),
        ("interval", policy.every),
        ("maximum age", policy.max_age),
    ];
    for (what, duration) in durations {
        if duration.is_some_and(|duration| duration.is_zero()) {
            return Err(RegistryError::ZeroDuration { what, name: name.into() });
        }
    }
    for (what, threshold) in
        [("fail_after", policy.fail_after), ("recover_after", policy.recover_after)]
    {
        if threshold == 0 {
            return Err(RegistryError::ZeroThreshold { what, check: name.into() });
        }
    }
    let check = name.to_owned();
    match (policy.every, policy.max_age) {
        (Some(_), _) if policy.cache.is_some() || policy.cache_failures.is_some() => {
            Err(RegistryError::CachedBackground { check })
        }
        (None, Some(_)) => Err(RegistryError::MaxAgeWithoutInterval { check }),
        (Some(every), Some(max_age)) if max_age < every => {
            Err(RegistryError::MaxAgeTooShort { check, max_age, every })
        }
        _ => Ok(()),
    }
}

impl fmt::Debug for RegistryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryBuilder")
            .field("prefix", &self.prefix)
            .field("checks", &self.checks)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}
