use std::{
    env, io,
    process::ExitCode,
    time::{Duration, Instant},
};

use crate::{
    deadline::Deadline,
    exchange::exchange,
    line::say,
    outcome::Outcome,
    place::{DEFAULT_ADDRESS, Place},
    probe_error::ProbeError,
};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(2);

/// Asks one health endpoint once.
///
/// ```
/// use std::{io::{Read, Write}, net::TcpListener, thread, time::Duration};
/// use healthz_probe::Probe;
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let address = listener.local_addr()?.to_string();
/// let server = thread::spawn(move || -> std::io::Result<String> {
///     let (mut client, _) = listener.accept()?;
///     let mut request = [0; 1024];
///     let length = client.read(&mut request)?;
///     let body = r#"{"status": 503, "title": "Starting"}"#;
///     write!(client, "HTTP/1.0 503 Service Unavailable\r\n\r\n{body}")?;
///     Ok(String::from_utf8_lossy(&request[..length]).into_owned())
/// });
///
/// let outcome = Probe::new(address).endpoint("ready").timeout(Duration::from_secs(2)).run()?;
/// assert!(!outcome.is_healthy());
/// assert_eq!(outcome.title(), Some("Starting"));
/// assert!(server.join().unwrap()?.starts_with("GET /healthz/ready HTTP/1.0\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Probe {
    address: String,
    path: Option<String>,
    endpoint: Option<String>,
    timeout: Duration,
    anywhere: bool,
}

impl Probe {
    /// Makes a probe of an address: `127.0.0.1:8000`, a URL or a Unix socket, as the
    /// [crate's page](crate#addresses) says.
    ///
    /// A mistake in it comes out of [`run`](Self::run).
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            path: None,
            endpoint: None,
            timeout: DEFAULT_TIMEOUT,
            anywhere: false,
        }
    }

    /// Makes a probe of the address in the variable `HEALTHZ_PROBE`, or, where it is unset or
    /// empty, of `http://127.0.0.1:8000/healthz/ready`.
    #[must_use]
    pub fn from_env() -> Self {
        let address = env::var_os("HEALTHZ_PROBE").unwrap_or_default();
        if address.is_empty() {
            return Self::new(DEFAULT_ADDRESS);
        }
        Self::new(address.to_string_lossy())
    }

    /// Asks another address, and keeps everything else.
    #[must_use]
    pub(crate) fn address(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// Sets the whole path, such as `/status/ready`.
    ///
    /// Default: the path of the address, or `/healthz/ready` where it has none.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets the endpoint, which is the last segment of the path; what an endpoint's name may not
    /// have in a URL is percent-encoded. A query is taken off.
    ///
    /// Default: the path stays as it is.
    #[must_use]
    pub fn endpoint(mut self, name: impl Into<String>) -> Self {
        self.endpoint = Some(name.into());
        self
    }

    /// Sets how long the whole exchange may take, from the connection to the last byte of the
    /// answer.
    ///
    /// Default: 2 s, which is above the 800 ms that an endpoint of healthz takes at most. A zero is
    /// over before it begins.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Allows addresses of other machines, and names that are looked up.
    ///
    /// Default: loopback addresses, `localhost` and Unix sockets only, because a program that
    /// fetches from anywhere is a tool for whoever breaks into the container.
    #[must_use]
    pub fn anywhere(mut self) -> Self {
        self.anywhere = true;
        self
    }

    /// Asks, and returns what was answered.
    ///
    /// It blocks the thread, for the [timeout](Self::timeout) at most.
    ///
    /// # Errors
    /// If the address is none, is not allowed, does not answer in time, or answers something that
    /// is not HTTP. An answer other than 200 is no error but an unhealthy [`Outcome`].
    pub fn run(&self) -> Result<Outcome, ProbeError> {
        let mut place = Place::parse(&self.address)?;
        if let Some(path) = &self.path {
            place = place.with_path(path)?;
        }
        if let Some(name) = &self.endpoint {
            place = place.with_endpoint(name);
        }
        if !self.anywhere {
            place.is_local()?;
        }
        let deadline = Deadline::new(Instant::now(), self.timeout);
        exchange(&place, &deadline).map_err(|error| error.timed_out_after(self.timeout))
    }

    /// Asks, and reports as a probe command does: one line of at most 4,096 bytes, and the exit
    /// code 0 for healthy, 1 for everything else.
    ///
    /// The line is the title of the answer, on stdout, or the [error](ProbeError), on stderr. That
    /// nobody reads it changes nothing.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        match self.run() {
            Ok(outcome) => {
                say(&mut io::stdout(), &outcome);
                if outcome.is_healthy() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(error) => {
                say(&mut io::stderr(), &error);
                ExitCode::FAILURE
            }
        }
    }
}
