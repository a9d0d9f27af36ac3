use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use crate::{
    check::{check_config::CheckConfig, switch::Switch},
    plan::{endpoint_config::EndpointConfig, registry_error::RegistryError},
    support::{duration, merge::settings},
};

settings! {
/// What a configuration file or the environment says about the health endpoints.
///
/// The code registers checks under names; the configuration says which endpoint names which, and
/// may override how the engine treats them. Everything in it is optional, and what it does not
/// mention stays as the code has it. Give it to
/// [`RegistryBuilder::config`](crate::RegistryBuilder::config).
///
/// Reading it fails only if there is no table to read. An unknown key or a value that makes no
/// sense is kept for [`build`](crate::RegistryBuilder::build), which reports it with its path,
/// together with every other mistake. The fields are public, for it is plain data.
///
/// # Keys
///
/// | Key | Value | Default |
/// |---|---|---|
/// | `prefix` | the path below which the endpoints are served, `/` for the root | `/healthz` |
/// | `budget` | bounds the time to an answer | `800ms` |
/// | `cache` | for how long results are served again, or `false` | `false` |
/// | `drain_delay` | how long to serve after SIGTERM | `5s` in Kubernetes, else none |
/// | `hold_limit` | bounds how long holds keep the drain from ending | `15s` |
/// | `stop_limit` | bounds the server's own stop, after the drain | `10s` |
/// | `endpoints.NAME` | a list of checks, or a table: [`EndpointConfig`] | |
/// | `checks.NAME` | a table: [`CheckConfig`] | |
///
/// A duration is text with units: `500ms`, `2s`, `1m 30s`. A key may have `-` instead of `_`
/// (`fail-after`). `false` for `cache`, `cache_failures`, `every` or `max_age` takes back what the
/// code sets ([`Switch`]).
///
/// ```
/// use std::time::Duration;
/// use healthz_core::{Registry, check_fn, config::HealthzConfig};
///
/// let config: HealthzConfig = toml::from_str(
///     r#"
///     budget = "500ms"
///
///     [endpoints]
///     live = []
///     ready = ["database", "cache"]
///     startup = { checks = ["database"], budget = "2s" }
///
///     [checks.database]
///     every = "10s"
///     timeout = "2s"
///     fail_after = 3
///
///     [checks.cache]
///     optional = true
///     cache = "5s"
///     "#,
/// )?;
/// let registry = Registry::builder()
///     .check("database", check_fn(|| async { Ok(()) }))
///     .check("cache", check_fn(|| async { Ok(()) }))
///     .config(config)
///     .build()?;
/// assert_eq!(registry.to_config().endpoints["ready"].budget, Some(Duration::from_millis(500)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Environment variables
///
/// Use the prefix `HEALTHZ__`, with two `_` as between all parts. The prefix `HEALTHZ_` would also
/// take in what Kubernetes sets for a Service that is called `healthz` (`HEALTHZ_PORT`,
/// `HEALTHZ_SERVICE_HOST`), which is no key of ours, and so a mistake in the cluster only.
///
/// All loaders hand over environment variables as text, so every value may be text: a number
/// (`FAIL_AFTER=3`), a boolean (`OPTIONAL=true`), and a list as names with commas between them
/// (`CHECKS=database,cache`; nothing for none). The loaders put names into lower case; a check or
/// endpoint with an upper-case letter or a `-` in its name is out of a variable's reach.
///
/// # Layers
///
/// Lay the environment over a file with two calls of [`config`](crate::RegistryBuilder::config),
/// the later of which wins, key by key. A loader that merges the two itself replaces a value by
/// another without knowing that `ready = ["database"]` and `READY__BUDGET=2s` are parts of one
/// table: the list is gone, the checks are again those that the code names, and nobody can tell.
///
/// With figment:
///
/// ```
/// use figment::{Figment, providers::{Env, Format, Toml}};
/// use healthz_core::{Registry, check_fn};
///
/// # figment::Jail::expect_with(|jail| {
/// # jail.create_file("healthz.toml", "endpoints.ready = ['database']")?;
/// # jail.set_env("HEALTHZ__ENDPOINTS__READY__BUDGET", "2s");
/// let registry = Registry::builder()
///     .check("database", check_fn(|| async { Ok(()) }))
///     .config(Figment::from(Toml::file("healthz.toml")).extract()?)
///     .config(Figment::from(Env::prefixed("HEALTHZ__").split("__")).extract()?)
///     .build();
/// # let ready = &registry.map_err(|error| error.to_string())?.to_config().endpoints["ready"];
/// # assert_eq!(ready.checks, Some(vec!["database".into()]));
/// # assert_eq!(ready.budget, Some(std::time::Duration::from_secs(2)));
/// # Ok(())
/// # });
/// ```
///
/// With config:
///
/// ```
/// use config::{Config, Environment, File, FileFormat};
/// use healthz_core::{Registry, check_fn};
///
/// # let file = File::from_str("endpoints.ready = ['database']", FileFormat::Toml);
/// # let variables = [("HEALTHZ__ENDPOINTS__READY__BUDGET".to_owned(), "2s".to_owned())].into();
/// # /*
/// let file = File::with_name("healthz.toml");
/// # */
/// let environment = Environment::with_prefix("HEALTHZ").separator("__");
/// # let environment = environment.source(Some(variables));
/// let file = Config::builder().add_source(file).build()?;
/// let environment = Config::builder().add_source(environment).build()?;
/// let registry = Registry::builder()
///     .check("database", check_fn(|| async { Ok(()) }))
///     .config(file.try_deserialize()?)
///     .config(environment.try_deserialize()?)
///     .build()?;
/// # let ready = &registry.to_config().endpoints["ready"];
/// # assert_eq!(ready.checks, Some(vec!["database".into()]));
/// # assert_eq!(ready.budget, Some(std::time::Duration::from_secs(2)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HealthzConfig {
    /// The path below which the endpoints are served.
    pub prefix: Option<String>,
    /// Bounds the time to the answer of every endpoint without a budget of its own.
    #[serde(serialize_with = "duration::serialize")]
    pub budget: Option<Duration>,
    /// For how long a finished result is served again, of every check that says nothing of a cache
    /// and does not run in the background.
    pub cache: Option<Switch>,
    /// How long the service goes on serving after its readiness turned 503.
    #[serde(serialize_with = "duration::serialize")]
    pub drain_delay: Option<Duration>,
    /// Bounds how long holds keep the drain from ending, from the end of the delay.
    #[serde(serialize_with = "duration::serialize")]
    pub hold_limit: Option<Duration>,
    /// Bounds how long a server may take to stop, from the end of the drain
    /// ([`Registry::serve`](crate::Registry::serve)).
    #[serde(serialize_with = "duration::serialize")]
    pub stop_limit: Option<Duration>,
    /// The endpoints, by name.
    pub endpoints: BTreeMap<String, EndpointConfig>,
    /// The checks, by the names under which the code registers them.
    pub checks: BTreeMap<String, CheckConfig>,
    /// What could not be read.
    #[serde(skip)]
    pub(crate) mistakes: Vec<RegistryError>,
}
}
