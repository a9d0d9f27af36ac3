use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, sleep},
    time::{Duration, Instant},
};

use healthz_testkit::{Connection, Failure, Protocol, Response};
use tempfile::TempDir;

/// How long anything may take that has no promise of its own.
const PATIENCE: Duration = Duration::from_secs(60);

/// An example that runs in a process and a directory of its own; killed when dropped.
#[derive(Debug)]
pub struct Service {
    process: Child,
    /// Whom signals go to.
    id: u32,
    address: SocketAddr,
    directory: Arc<TempDir>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// Starts it on a free port and waits until it listens.
    ///
    /// # Errors
    /// If it does not.
    pub fn start(binary: &str, environment: &[(&str, &str)]) -> io::Result<Self> {
        Self::spawn(Command::new(binary), environment, Arc::new(tempfile::tempdir()?))
    }

    /// Starts another with the same files, after this one.
    ///
    /// # Errors
    /// If it does not listen.
    pub fn again(self, binary: &str) -> io::Result<Self> {
        let directory = self.directory.clone();
        drop(self);
        Self::spawn(Command::new(binary), &[], directory)
    }

    /// Starts it as process 1 of a namespace of its own; `None` where that is not allowed.
    ///
    /// # Errors
    /// If it does not listen.
    pub fn start_as_process_1(
        binary: &str,
        environment: &[(&str, &str)],
    ) -> io::Result<Option<Self>> {
        let unshare = ["--user", "--map-root-user", "--pid", "--fork", "--kill-child"];
        let allowed = Command::new("unshare").args(unshare).arg("true").output();
        if !allowed.is_ok_and(|output| output.status.success()) {
            return Ok(None);
        }
        let mut command = Command::new("unshare");
        command.args(unshare).arg(binary);
        let mut service = Self::spawn(command, environment, Arc::new(tempfile::tempdir()?))?;
        let children = format!("/proc/{0}/task/{0}/children", service.id);
        let child = fs::read_to_string(children)?;
        service.id = child.trim().parse().map_err(io::Error::other)?;
        Ok(Some(service))
    }

    /// Returns the number of the process as it sees itself.
    ///
    /// # Errors
    /// If the process is gone, or the system is no Linux.
    pub fn inner_id(&self) -> io::Result<String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id))?;
        let ids = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
        let inner = ids.and_then(|ids| ids.split_whitespace().last());
        inner.map(str::to_owned).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn spawn(
        mut command: Command,
        environment: &[(&str, &str)],
        directory: Arc<TempDir>,
    ) -> io::Result<Self> {
        for variable in
            ["DATABASE_URL", "HEALTHZ_CONFIG", "KUBERNETES_SERVICE_HOST", "STARTUP_DELAY"]
        {
            command.env_remove(variable);
        }
        command.env("ADDRESS", "127.0.0.1:0").env("DATA_DIR", directory.path());
        command.envs(environment.iter().copied()).stdin(Stdio::null());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;

        let log = Arc::new(Mutex::new(Vec::new()));
        let (out, err) = (process.stdout.take(), process.stderr.take());
        if let Some(err) = err {
            let log = log.clone();
            thread::spawn(move || {
                for line in BufReader::new(err).lines().map_while(Result::ok) {
                    log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                }
            });
        }
        let mut first = String::new();
        let mut out = BufReader::new(out.ok_or(io::ErrorKind::BrokenPipe)?);
        out.read_line(&mut first)?;
        thread::spawn(move || io::copy(&mut out, &mut io::sink()));
        let address = first.split("http://").nth(1).and_then(|rest| rest.split(',').next());
        let address = address.and_then(|address| address.parse().ok());
        let id = process.id();
        let Some(address) = address else {
            process.kill()?;
            process.wait()?;
            let log = log.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
            return Err(io::Error::other(format!("it said {first:?} and then\n{log}")));
        };
        Ok(Self { process, id, address, directory, log })
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the directory that it keeps its files in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// If it does not listen.
    pub fn connect(&self) -> io::Result<Connection> {
        Connection::open(self.address, &Protocol::Http1)
    }

    /// Asks for a path over a connection of its own.
    ///
    /// # Errors
    /// If there is no whole answer.
    pub fn get(&self, path: &str) -> Result<Response, Failure> {
        self.connect()?.try_get(path)
    }

    /// Waits until an endpoint answers with this status.
    ///
    /// # Errors
    /// If it does not within a minute.
    pub fn wait_for(&self, path: &str, status: u16) -> io::Result<Response> {
        wait(&format!("{path} is not {status}"), || match self.get(path) {
            Ok(answer) if answer.status() == status => Some(Ok(answer)),
            _ => None,
        })?
    }

    /// Waits until nobody listens any more.
    ///
    /// # Errors
    /// If somebody does after a minute.
    pub fn wait_for_refusal(&self) -> io::Result<()> {
        wait("it still listens", || self.connect().is_err().then_some(()))
    }

    /// Sends a signal, `TERM` or `INT`.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn signal(&self, signal: &str) -> io::Result<()> {
        let kill = format!("kill -{signal} {}", self.id);
        let status = Command::new("sh").args(["-c", &kill]).status()?;
        status.success().then_some(()).ok_or_else(|| io::Error::other(format!("{kill}: {status}")))
    }

    /// Waits until the process has ended.
    ///
    /// # Errors
    /// If it has not after a minute.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        let process = &mut self.process;
        wait("it still runs", || process.try_wait().transpose())?
    }

    /// Returns the lines of its log that have these words.
    #[must_use]
    pub fn logged(&self, words: &str) -> Vec<String> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter().filter(|line| line.contains(words)).cloned().collect()
    }

    /// Waits for a line of its log that has these words.
    ///
    /// # Errors
    /// If none comes in time.
    pub fn wait_for_line(&self, words: &str) -> io::Result<String> {
        wait(&format!("no line with {words}"), || self.logged(words).pop())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn wait<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> io::Result<T> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(reached) = attempt() {
            return Ok(reached);
        }
        sleep(Duration::from_millis(5));
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, format!("{what} after {PATIENCE:?}")))
}
