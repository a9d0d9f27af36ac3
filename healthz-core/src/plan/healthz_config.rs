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
/// The code registers checks under names; the configuration says which endpoint names which, and may
/// override how the engine treats them. Everything in it is optional, and what it does not mention
/// stays as the code has it. Give it to [`RegistryBuilder::config`](crate::RegistryBuilder::config).
///
/// Reading it fails only if there is no table to read. An unknown key or a value that makes no sense
/// is kept for [`build`](crate::RegistryBuilder::build), which reports it with its path, together with
/// every other mistake. The fields are public, for it is plain data.
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
/// A duration is text with units: `500ms`, `2s`, `1m 30s`.
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
/// All loaders hand over environment variables as text, so every value may be text: a number
/// (`FAIL_AFTER=3`), a truth (`OPTIONAL=true`), and a list as names with commas between them
/// (`CHECKS=database,cache`; nothing for none). The loaders put names into lower case; a check or
/// endpoint with an upper-case letter or a `-` in its name is out of a variable's reach.
///
/// With figment, `HEALTHZ_CHECKS__DATABASE__TIMEOUT=1s` over a file:
///
/// ```
/// use figment::{Figment, providers::{Env, Format, Toml}};
/// use healthz_core::config::HealthzConfig;
///
/// # figment::Jail::expect_with(|jail| {
/// # jail.create_file("healthz.toml", "[checks.database]\ntimeout = '9s'\nevery = '10s'")?;
/// # jail.set_env("HEALTHZ_CHECKS__DATABASE__TIMEOUT", "1s");
/// # jail.set_env("HEALTHZ_ENDPOINTS__READY", "database,cache");
/// let config: HealthzConfig = Figment::new()
///     .merge(Toml::file("healthz.toml"))
///     .merge(Env::prefixed("HEALTHZ_").split("__"))
///     .extract()?;
/// # assert_eq!(config.checks["database"].timeout, Some(std::time::Duration::from_secs(1)));
/// # assert_eq!(config.checks["database"].every, Some(std::time::Duration::from_secs(10).into()));
/// # assert_eq!(config.endpoints["ready"].checks, Some(vec!["database".into(), "cache".into()]));
/// # Ok(())
/// # });
/// ```
///
/// With config, the same:
///
/// ```
/// use config::{Config, Environment, File, FileFormat};
/// use healthz_core::config::HealthzConfig;
///
/// # let text = "[checks.database]\ntimeout = '9s'\nevery = '10s'";
/// # let file = File::from_str(text, FileFormat::Toml);
/// # let variables = [("HEALTHZ_CHECKS__DATABASE__TIMEOUT".to_owned(), "1s".to_owned())].into();
/// # /*
/// let file = File::with_name("healthz.toml");
/// # */
/// let environment = Environment::with_prefix("HEALTHZ").prefix_separator("_").separator("__");
/// # let environment = environment.source(Some(variables));
/// let config: HealthzConfig =
///     Config::builder().add_source(file).add_source(environment).build()?.try_deserialize()?;
/// # assert_eq!(config.checks["database"].timeout, Some(std::time::Duration::from_secs(1)));
/// # assert_eq!(config.checks["database"].every, Some(std::time::Duration::from_secs(10).into()));
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
    /// For how long a finished result is served again, of every check that says nothing of a cache and
    /// does not run in the background.
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
