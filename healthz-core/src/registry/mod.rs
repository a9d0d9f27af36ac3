//! What a user holds: the registry, its builder, and nothing that is decided elsewhere.

pub(crate) mod builder;
mod kubernetes;
mod lifecycle;

use std::{collections::BTreeMap, fmt, pin::Pin, sync::Arc};

use crate::{
    config::healthz_config::HealthzConfig,
    engine::{
        background::Background,
        checker::Checker,
        responder::{Found, Looked, Responder},
    },
    lifecycle::{Lifecycle, drain::Drain, life::Life},
    plan::prefix::{self, endpoint_name},
    report::Report,
    wire::{answer::Answer, rendered::Rendered, request::Request, route},
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
    life: Arc<Life>,
    config: HealthzConfig,
    endpoints: BTreeMap<Arc<str>, Served>,
    background: Background,
}

/// An endpoint, and what was last sent of it.
struct Served {
    responder: Arc<Responder>,
    rendered: Arc<Rendered>,
}

impl Registry {
    pub(crate) fn new(
        prefix: String,
        lifecycle: Lifecycle,
        drain: Drain,
        config: HealthzConfig,
        responders: Vec<Responder>,
        checkers: Vec<Arc<Checker>>,
    ) -> Self {
        let tended =
            checkers.into_iter().filter(|checker| checker.policy().every.is_some()).collect();
        let served = |responder: Responder| {
            let name = responder.name.clone();
            (name, Served { responder: Arc::new(responder), rendered: Arc::default() })
        };
        let endpoints = responders.into_iter().map(served).collect();
        let background = Background::new(tended);
        background.ensure();
        let life = Arc::new(Life::new(lifecycle, drain));
        Self { shared: Arc::new(Shared { prefix, life, config, endpoints, background }) }
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

    /// Takes the tail, as [`Request::new`] wants it, out of a path without its leading `/`; `None` for a
    /// path that is not below the prefix.
    ///
    /// For adapters whose framework has no wildcard.
    ///
    /// ```
    /// # fn main() -> Result<(), healthz_core::RegistryError> {
    /// let registry = healthz_core::Registry::builder().liveness("live", []).build()?;
    /// assert_eq!(registry.tail("healthz/live"), Some("live"));
    /// assert_eq!(registry.tail("healthz"), Some(""));
    /// assert_eq!(registry.tail("healthzzz"), None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn tail<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(&self.prefix()[1..])?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    /// Returns the paths of the endpoints, each the prefix, `/` and the name, of those whose name needs
    /// no encoding and means nothing special to any router.
    ///
    /// For adapters: a router finds a literal path at less cost than the tail of a wildcard.
    ///
    /// ```
    /// # fn main() -> Result<(), healthz_core::RegistryError> {
    /// let builder = healthz_core::Registry::builder().liveness("live", []).liveness("{live}", []);
    /// assert!(builder.build()?.literal_paths().eq(["/healthz/live"]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn literal_paths(&self) -> impl Iterator<Item = String> {
        let paths = self.shared.endpoints.keys().map(|name| format!("{}/{name}", self.prefix()));
        paths.filter(|path| prefix::validate(path).is_ok())
    }

    /// Answers a request for anything below the prefix.
    ///
    /// The checks are asked in the call itself, and the future, which borrows nothing, only waits for
    /// those that are not ready at once. Whatever they do, the answer is there within the endpoint's
    /// budget. The future may be dropped at any time: the runs it began go on for whoever asks next.
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
    pub fn respond(&self, request: Request<'_>) -> impl Future<Output = Answer> + Send + use<> {
        let options = request.method == "OPTIONS";
        let responding = self.begin(request);
        async move {
            let answer = match responding {
                Responding::Ready(answer) => answer,
                // A probe that has to wait keeps the background checks alive.
                Responding::Waiting { found, rendered, registry: _registry } => {
                    answer(&found.await, &rendered)
                }
            };
            if options { answer.with_allow() } else { answer }
        }
    }

    fn begin(&self, request: Request<'_>) -> Responding {
        if !route::takes(request.method) {
            return Responding::Ready(Answer::method_not_allowed());
        }
        let name = endpoint_name(request.tail);
        let Some(Served { responder, rendered }) = self.shared.endpoints.get(&*name) else {
            return Responding::Ready(route::not_setup(&name));
        };
        self.shared.background.ensure();
        match responder.look(&self.shared.life) {
            Looked::Found(found) => Responding::Ready(answer(&found, rendered)),
            Looked::Waiting(found) => {
                Responding::Waiting { found, rendered: rendered.clone(), registry: self.clone() }
            }
        }
    }

    /// Asks an endpoint for everything that is known of its checks; `None` if there is no such
    /// endpoint. Runs, joins and waits as a probe does.
    ///
    /// # Panics
    /// As [`respond`](Self::respond).
    pub async fn report(&self, endpoint: &str) -> Option<Report> {
        let served = self.shared.endpoints.get(endpoint)?;
        self.shared.background.ensure();
        Some(served.responder.report(&self.shared.life.stage).await)
    }

    /// Tells whether a request could be a healthy probe's: by its method and by how its path ends, so
    /// that the endpoints may be mounted below any other path.
    ///
    /// For adapters, to keep access logs out of the way of everything else. It decides nothing: what
    /// is left out of a log is decided by the response, see [`is_quiet`](crate::adapter::is_quiet).
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
        route::may_be_probe(self.prefix(), method, path)
            .is_some_and(|name| self.shared.endpoints.contains_key(&*name))
    }

    pub(crate) fn life(&self) -> &Arc<Life> {
        &self.shared.life
    }
}

enum Responding {
    Ready(Answer),
    Waiting {
        found: Pin<Box<dyn Future<Output = Found> + Send>>,
        rendered: Arc<Rendered>,
        registry: Registry,
    },
}

fn answer(found: &Found, rendered: &Rendered) -> Answer {
    match found {
        Found::Pass => Answer::OK,
        Found::Report(report) => rendered.answer(report),
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("prefix", &self.shared.prefix)
            .field("lifecycle", &self.lifecycle())
            .field("endpoints", &self.shared.endpoints.keys())
            .finish_non_exhaustive()
    }
}
