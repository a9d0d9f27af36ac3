use std::{env, fs, io, net::SocketAddr, path::PathBuf, time::Duration};

use healthz_core::config::HealthzConfig;

/// What the environment says; every part has a default that works on a fresh machine.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen, from `ADDRESS`. Default: `127.0.0.1:8000`. Port 0 takes a free one.
    pub address: SocketAddr,
    /// Where the service keeps its files, from `DATA_DIR`. Default: the current directory.
    pub data: PathBuf,
    /// Where the notes are, from `DATABASE_URL`: `postgres://...` or `sqlite:...`. Default: the
    /// file `notes.sqlite` in [`data`](Self::data), which is made if it is not there.
    pub database: String,
    /// How long to warm up before the service says that it has started, from `STARTUP_DELAY` in
    /// seconds. Default: 0. Stands for the caches that a real service fills.
    pub startup_delay: Duration,
    /// What to lay over the health endpoints of the code, from the file that `HEALTHZ_CONFIG`
    /// names. Default: nothing.
    pub healthz: HealthzConfig,
}

/// Why the environment makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A variable is not what it is for.
    #[error("{variable} is `{value}`: {cure}")]
    Variable {
        /// The variable.
        variable: &'static str,
        /// What it says.
        value: String,
        /// What it should say.
        cure: &'static str,
    },
    /// The file of `HEALTHZ_CONFIG` is not there.
    #[error("HEALTHZ_CONFIG is `{0}`: {1}")]
    Unreadable(String, #[source] io::Error),
    /// The file of `HEALTHZ_CONFIG` is not TOML.
    #[error("HEALTHZ_CONFIG is `{0}`: {1}")]
    NotToml(String, #[source] toml::de::Error),
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// If a variable is set to something that is not what it is for.
    pub fn from_env() -> Result<Self, ConfigError> {
        let data = PathBuf::from(variable("DATA_DIR").unwrap_or_else(|| ".".into()));
        let file = data.join("notes.sqlite");
        let database = variable("DATABASE_URL")
            .unwrap_or_else(|| format!("sqlite:{}?mode=rwc", file.display()));
        let address = parse("ADDRESS", "127.0.0.1:8000", "give an IP address and a port")?;
        let seconds = parse("STARTUP_DELAY", "0", "give a number of seconds")?;
        Ok(Self {
            address,
            data,
            database,
            startup_delay: Duration::from_secs(seconds),
            healthz: healthz()?,
        })
    }
}

fn parse<T: std::str::FromStr>(
    name: &'static str,
    default: &str,
    cure: &'static str,
) -> Result<T, ConfigError> {
    let value = variable(name).unwrap_or_else(|| default.into());
    value.parse().map_err(|_| ConfigError::Variable { variable: name, value, cure })
}

fn healthz() -> Result<HealthzConfig, ConfigError> {
    let Some(file) = variable("HEALTHZ_CONFIG") else { return Ok(HealthzConfig::default()) };
    match fs::read_to_string(&file) {
        Ok(text) => toml::from_str(&text).map_err(|error| ConfigError::NotToml(file, error)),
        Err(error) => Err(ConfigError::Unreadable(file, error)),
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
