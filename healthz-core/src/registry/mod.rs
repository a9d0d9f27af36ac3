//! What a user holds: the registry, its builder, and nothing that is decided elsewhere.

pub(crate) mod builder;
pub(crate) mod changes;
#[cfg(feature = "manifest")]
pub(crate) mod flags;
mod known;
mod kubernetes;
mod lifecycle;
pub(crate) mod responding;
mod views;
pub(crate) mod weak;

use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
};

use crate::{
    check::registration::Registration,
    engine::{
        announcer::{Announcer, Listeners},
        background::Background,
        checker::Checker,
        responder::{Found, Looked, Responder},
    },
    lifecycle::life::Life,
    plan::{
        blueprint::{Blueprint, EndpointPlan},
        healthz_config::HealthzConfig,
        paths::Paths,
        prefix::endpoint_name,
        runtime_watch::RuntimeWatch,
    },
    registry::responding::{Responding, answer},
    report::Report,
    watchdog::Watchdog,
    wire::{
        answer::Answer, asked::Asked, readers::Readers, rendered::Rendered, request::Request, route,
    },
};

/// The checks and endpoints of a service. Cheap to clone; all clones are the same registry.
///
/// Its background tasks end when the last clone is dropped.
///
/// ```
/// use healthz_core::{Registry, adapter::Request};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::builder().readiness("ready", []).build()?;
/// let same = registry.clone();
/// same.begin_drain();
/// let answer = registry.respond(Request::new("GET", "ready")).await;
/// assert_eq!(answer.body(), r#"{"status": 503, "title": "Shutting down"}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Registry {
    shared: Arc<Shared>,
}

type StartWatchdog = fn(RuntimeWatch, Arc<Life>) -> Arc<Watchdog>;

struct Shared {
    paths: Paths,
    life: Arc<Life>,
    config: HealthzConfig,
    /// All of them, in the order of their names.
    endpoints: Box<[Served]>,
    background: Background,
    /// All of them, in the order of their names.
    checkers: Box<[Arc<Checker>]>,
    announcer: Arc<Announcer>,
    watchdog: Option<Arc<Watchdog>>,
    readers: Readers,
    /// Whether the log knows of a path that ends with a slash.
    slash_told: AtomicBool,
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Whoever waits for a change learns that there will be none.
        self.announcer.changes.notify_waiters();
    }
}

/// An endpoint, and what was last sent of it.
struct Served {
    name: Arc<str>,
    responder: Arc<Responder>,
    rendered: Arc<Rendered>,
    /// A request may name it as it is: there is nothing in the name to decode.
    is_plain: bool,
}

impl Registry {
    pub(crate) fn new(
        blueprint: Blueprint,
        listeners: Listeners,
        readers: Readers,
        watchdog: Option<StartWatchdog>,
    ) -> Self {
        let Blueprint { paths, lifecycle, drain, watch, checks, endpoints, config, .. } = blueprint;
        let announcer = Arc::new(Announcer::new(listeners));
        let checker = |(name, registration): (String, Registration)| {
            Arc::new(Checker::new(&name, registration, announcer.clone()))
        };
        let checkers: Box<[Arc<Checker>]> = checks.into_iter().map(checker).collect();
        let served = |EndpointPlan { name, kind, budget, checks }| {
            let named = checks.into_iter().map(|check| checkers[check].clone());
            let responder = Responder::new(&name, kind, budget, named.collect());
            Served {
                name: responder.name.clone(),
                responder: Arc::new(responder),
                rendered: Arc::default(),
                is_plain: !name.contains('%'),
            }
        };
        let endpoints = endpoints.into_iter().map(served).collect();
        let tended = checkers.iter().filter(|checker| checker.policy().every.is_some());
        let background = Background::new(tended.cloned().collect());
        background.ensure();
        let life = Arc::new(Life::new(lifecycle, drain));
        life.watch_start();
        let watchdog = watch.zip(watchdog).map(|(watch, start)| start(watch, life.clone()));
        let shared = Shared {
            paths,
            life,
            config,
            endpoints,
            background,
            checkers,
            announcer,
            watchdog,
            readers,
            slash_told: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Returns the path below which the endpoints are served, `/healthz` by default and empty for
    /// the root: the path of an endpoint is the prefix, `/` and its name.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.shared.paths.prefix().as_str()
    }

    /// Returns the path below which every path is the registry's, itself included; `None` if the
    /// endpoints are served at the root, where it has the [literal paths](Self::literal_paths)
    /// only.
    ///
    /// For adapters: what they have to route is `{wildcard}`, `{wildcard}/`, everything below that,
    /// and the literal paths.
    #[must_use]
    pub fn wildcard(&self) -> Option<&str> {
        let prefix = self.shared.paths.prefix();
        (!prefix.is_root()).then(|| prefix.as_str())
    }

    /// Returns the configuration in effect: what code and configuration add up to, defaults
    /// included.
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

    /// Takes the tail, as [`Request::new`] wants it, out of a path without its leading `/`; `None`
    /// for a path that is not the registry's. For an endpoint's own path, and for one at the root,
    /// that is the endpoint's name.
    ///
    /// For adapters.
    ///
    /// ```
    /// use healthz_core::{Endpoint, Registry};
    ///
    /// let registry =
    ///     Registry::builder().liveness("live", Endpoint::default().at("/livez")).build()?;
    /// assert_eq!(registry.tail("healthz/live"), Some("live"));
    /// assert_eq!(registry.tail("healthz/nope"), Some("nope"));
    /// assert_eq!(registry.tail("healthz"), Some(""));
    /// assert_eq!(registry.tail("livez"), Some("live"));
    /// assert_eq!(registry.tail("healthzzz"), None);
    ///
    /// let root = Registry::builder().prefix("").liveness("live", []).build()?;
    /// assert_eq!((root.tail("live"), root.tail("nope"), root.tail("")), (Some("live"), None, None));
    /// # Ok::<(), healthz_core::RegistryError>(())
    /// ```
    #[must_use]
    pub fn tail<'p>(&'p self, path: &'p str) -> Option<&'p str> {
        self.shared.paths.tail(path)
    }

    /// Returns the paths of the endpoints that every router takes literally: the prefix, `/` and
    /// the name, unless that needs an encoding or means something special to a router, and the
    /// endpoints' [own paths](crate::Endpoint::at).
    ///
    /// For adapters: a router finds a literal path at less cost than the tail of a wildcard, and
    /// what is not below the [`wildcard`](Self::wildcard) has no other route.
    ///
    /// ```
    /// # fn main() -> Result<(), healthz_core::RegistryError> {
    /// let builder = healthz_core::Registry::builder().liveness("live", []).liveness("{live}", []);
    /// assert!(builder.build()?.literal_paths().eq(["/healthz/live"]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn literal_paths(&self) -> impl Iterator<Item = String> {
        self.shared.paths.literal().map(|path| format!("/{path}"))
    }

    /// Answers a request for anything below the prefix.
    ///
    /// The checks are asked in the call itself, and the future, which borrows nothing, only waits
    /// for those that are not ready at once. Whatever they do, the answer is there within the
    /// endpoint's budget. The future may be dropped at any time: the runs it began go on for
    /// whoever asks next.
    ///
    /// ```
    /// use healthz_core::{Registry, adapter::Request};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), healthz_core::RegistryError> {
    /// let registry = Registry::builder().liveness("live", []).build()?;
    /// let answer = registry.respond(Request::new("GET", "live")).await;
    /// assert_eq!(answer.code(), 200);
    /// assert_eq!(answer.body(), r#"{"status": 200, "title": "OK"}"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// When a check is not ready at once and the tokio runtime was built without its time driver.
    #[must_use]
    pub fn respond(&self, request: Request<'_>) -> Responding {
        let responding = self.begin(&request);
        if request.method == "OPTIONS" { responding.with_allow() } else { responding }
    }

    fn begin(&self, request: &Request<'_>) -> Responding {
        if !route::takes(request.method) {
            return Responding::ready(Answer::method_not_allowed());
        }
        let asked = Asked::of(request);
        let (Some(served), None) = (self.served(request.tail), &asked) else {
            return self.view(request, &endpoint_name(request.tail), asked);
        };
        let Served { responder, rendered, .. } = served;
        self.ensure();
        let details = || self.shared.readers.details.are_for(request);
        match responder.look(&self.shared.life) {
            Looked::Found(Found::Pass) => Responding::pass(),
            Looked::Found(found) => {
                self.shared.life.watch_start();
                Responding::ready(answer(&found, rendered, details()))
            }
            Looked::Waiting(found) => {
                Responding::waiting(found, rendered.clone(), details(), self.shared.clone())
            }
        }
    }

    /// The endpoint of a tail. Most names are sent as they are, so that is tried before it is
    /// decoded.
    fn served(&self, tail: &str) -> Option<&Served> {
        let sent = self.named(tail).filter(|served| served.is_plain);
        sent.or_else(|| self.named(&endpoint_name(tail)))
    }

    /// The endpoint of this name.
    fn named(&self, name: &str) -> Option<&Served> {
        let endpoints = &self.shared.endpoints;
        let place = endpoints.binary_search_by(|served| (*served.name).cmp(name)).ok()?;
        endpoints.get(place)
    }

    /// Asks an endpoint for everything that is known of its checks; `None` if there is no such
    /// endpoint. Runs, joins and waits as a probe does.
    ///
    /// # Panics
    /// As [`respond`](Self::respond).
    pub async fn report(&self, endpoint: &str) -> Option<Report> {
        let served = self.named(endpoint)?;
        self.ensure();
        Some(served.responder.report(&self.shared.life, &|_| true).await)
    }

    /// Tells whether a request could be a healthy probe's: by its method and by how its path ends,
    /// so that the endpoints may be mounted below any other path.
    ///
    /// For adapters, to keep access logs out of the way of everything else. It decides nothing:
    /// what is left out of a log is decided by the response, see
    /// [`is_quiet`](crate::adapter::is_quiet).
    ///
    /// ```
    /// # fn main() -> Result<(), healthz_core::RegistryError> {
    /// let registry = healthz_core::Registry::builder().liveness("live", []).build()?;
    /// assert!(registry.may_be_probe("GET", "/healthz/live"));
    /// assert!(registry.may_be_probe("HEAD", "/admin/healthz/live"));
    /// assert!(!registry.may_be_probe("POST", "/healthz/live"));
    /// assert!(!registry.may_be_probe("GET", "/healthz/nope"));
    /// assert!(!registry.may_be_probe("GET", "/live"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn may_be_probe(&self, method: &str, path: &str) -> bool {
        let is_target = |tail| self.target(tail, &endpoint_name(tail)).is_some();
        route::takes(method) && self.shared.paths.tails_anywhere(path).any(is_target)
    }

    /// Makes the runtime of the calling thread known to
    /// [`watch_runtime`](crate::RegistryBuilder::watch_runtime). Does nothing outside a runtime, in
    /// one that is known already, and where nobody watches.
    ///
    /// For adapters of frameworks that give each worker a runtime of its own, such as actix-web.
    /// The runtime in which the registry is built is known by itself, and else that of the first
    /// request.
    pub fn watch_here(&self) {
        if let Some(watchdog) = &self.shared.watchdog {
            watchdog.watch_here();
        }
    }

    /// Begins what needs a runtime, if there was none before.
    fn ensure(&self) {
        self.shared.background.ensure();
        if let Some(watchdog) = &self.shared.watchdog {
            watchdog.ensure();
        }
    }

    pub(crate) fn life(&self) -> &Arc<Life> {
        &self.shared.life
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoints: Vec<_> = self.shared.endpoints.iter().map(|served| &served.name).collect();
        f.debug_struct("Registry")
            .field("prefix", &self.prefix())
            .field("lifecycle", &self.lifecycle())
            .field("endpoints", &endpoints)
            .finish_non_exhaustive()
    }
}
