use std::{
    env, fmt,
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    process::ExitCode,
    sync::Arc,
};

use healthz_core::{FlagError, Flags, Registry, RegistryError};

use crate::{Config, ConfigError, Notes, registry, warm_up};

/// The service without its framework. Cheap to clone; all clones are the same service.
#[derive(Debug, Clone)]
pub struct Service {
    config: Arc<Config>,
    notes: Notes,
    registry: Registry,
}

/// Why the service cannot run.
#[derive(thiserror::Error)]
pub enum ServiceError {
    /// A flag was of no use.
    #[error(transparent)]
    Flag(#[from] FlagError),
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

/// For `main`, which prints it to people when it returns it.
impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Service {
    /// Starts the service as the environment says. It answers probes while it warms up in a task of
    /// its own. Yields an exit status if the command line asked for something else, which is done.
    ///
    /// # Errors
    /// If the command line or the environment makes no sense.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start() -> Result<Result<Self, ExitCode>, ServiceError> {
        tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
        let flags = Flags::parse(env::args().skip(1))?;
        let config = Config::from_env()?;
        let notes = Notes::open(&config.database)?;
        let registry = registry(&config, &notes)?;
        if let Some(flags) = flags {
            return Ok(Err(flags.answer(&registry, &mut io::stdout())?));
        }
        healthz_systemd::notify(&registry);
        tokio::spawn(warm_up(config.startup_delay, notes.clone(), registry.clone()));
        Ok(Ok(Self { config: config.into(), notes, registry }))
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
        self.announce(listener.local_addr()?)?;
        Ok(listener)
    }

    /// Returns the address to bind, for a framework that takes no listener.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.config.address
    }

    /// Prints what to try at an address that is bound.
    ///
    /// # Errors
    /// If nobody reads it.
    pub fn announce(&self, address: SocketAddr) -> io::Result<()> {
        let prefix = self.registry.prefix();
        let mut out = io::stdout().lock();
        writeln!(out, "listening on http://{address}, with the notes in {}", self.place())?;
        writeln!(out, "curl -i http://{address}/notes")?;
        writeln!(out, "curl -i http://{address}/notes -d 'buy milk'")?;
        writeln!(out, "curl -i http://{address}/import --data-binary @README.md")?;
        for endpoint in self.registry.to_config().endpoints.keys() {
            writeln!(out, "curl -i http://{address}{prefix}/{endpoint}")?;
        }
        out.flush()
    }

    /// Adds many notes, a line each, after the request is answered; the process does not end
    /// before.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn import(&self, text: &[u8]) {
        let hold = self.registry.hold("import");
        let (notes, text) = (self.notes.clone(), text.to_vec());
        tokio::spawn(async move {
            for line in text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
                if let Err(error) = notes.add(line).await {
                    tracing::warn!(%error, "a note was not imported");
                }
            }
            drop(hold);
        });
    }

    /// The database, without what its URL may hold of secrets.
    fn place(&self) -> &str {
        let url = &self.config.database;
        let url = url.split('?').next().unwrap_or(url);
        url.rsplit('@').next().unwrap_or(url)
    }
}
