use std::{
    io::{self, Write},
    net::TcpListener,
    time::Duration,
};

use healthz_core::{Registry, RegistryError};
use tokio::time::sleep;

use crate::{Config, ConfigError, Notes, registry};

/// The service without its framework.
#[derive(Debug)]
pub struct Service {
    config: Config,
    notes: Notes,
    registry: Registry,
}

/// Why the service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The environment makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No database has such a URL.
    #[error("DATABASE_URL: {0}")]
    Database(#[from] sqlx::Error),
    /// A mistake in the registry.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl Service {
    /// Starts the service as the environment says. It answers probes while it warms up in a task of
    /// its own.
    ///
    /// # Errors
    /// If the environment makes no sense.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start() -> Result<Self, ServiceError> {
        tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
        let config = Config::from_env()?;
        let notes = Notes::open(&config.database)?;
        let registry = registry(&config, &notes)?;
        tokio::spawn(warm_up(config.startup_delay, notes.clone(), registry.clone()));
        Ok(Self { config, notes, registry })
    }

    /// Returns the notes.
    #[must_use]
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Returns the registry.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Binds the address and prints what to try there.
    ///
    /// # Errors
    /// If the address is taken, or not ours.
    pub fn listen(&self) -> io::Result<TcpListener> {
        let listener = TcpListener::bind(self.config.address)?;
        listener.set_nonblocking(true)?;
        let (address, prefix) = (listener.local_addr()?, self.registry.prefix());
        let mut out = io::stdout().lock();
        writeln!(out, "listening on http://{address}, with the notes in {}", self.place())?;
        writeln!(out, "curl -i http://{address}/notes")?;
        writeln!(out, "curl -i http://{address}/notes -d 'buy milk'")?;
        for endpoint in ["startup", "live", "ready"] {
            writeln!(out, "curl -i http://{address}{prefix}/{endpoint}")?;
        }
        out.flush()?;
        Ok(listener)
    }

    /// The database, without what its URL may hold of secrets.
    fn place(&self) -> &str {
        let url = &self.config.database;
        let url = url.split('?').next().unwrap_or(url);
        url.rsplit('@').next().unwrap_or(url)
    }
}

/// Gets the service ready for its first request.
async fn warm_up(delay: Duration, notes: Notes, registry: Registry) {
    sleep(delay).await;
    while let Err(error) = notes.prepare().await {
        tracing::warn!(%error, "waiting for the database");
        sleep(Duration::from_secs(1)).await;
    }
    registry.started();
}
