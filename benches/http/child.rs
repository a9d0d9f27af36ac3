use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// The core that servers are pinned to; the generator has the other one.
const SERVER_CORE: &str = "0";
const GENERATOR_CORE: &str = "1";

/// A server in a process of its own, pinned to one core; ended when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts this program once more, as the server of a case.
    pub(crate) fn start(case: &str) -> io::Result<Self> {
        let program = env::current_exe()?;
        let mut child = Command::new("taskset")
            .args(["-c", SERVER_CORE])
            .arg(program)
            .args(["serve", case])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(said) = child.stdout.take() {
            BufReader::new(said).read_line(&mut line)?;
        }
        let port =
            line.trim().parse().map_err(|_| io::Error::other(format!("no case `{case}`")))?;
        Ok(Self { child, address: (Ipv4Addr::LOCALHOST, port).into() })
    }

    /// Starts flask-healthz on gunicorn with two synchronous workers, all on the same core.
    pub(crate) fn gunicorn(gunicorn: &str) -> io::Result<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let child = Command::new("taskset")
            .args(["-c", SERVER_CORE, gunicorn, "--workers", "2", "--bind", &free.to_string()])
            .args(["--chdir", concat!(env!("CARGO_MANIFEST_DIR"), "/http")])
            .args(["--log-level", "error", "flask_app:app"])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .spawn()?;
        // The workers import the application.
        thread::sleep(Duration::from_secs(3));
        Ok(Self { child, address: free })
    }

    /// How long the server and its children have been on the processor.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        let mut nanoseconds = 0;
        for process in self.processes()? {
            for thread in fs::read_dir(format!("/proc/{process}/task"))? {
                let spent = fs::read_to_string(thread?.path().join("schedstat"))?;
                nanoseconds += first_number(&spent);
            }
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// The memory of the server and its children, in KiB: the resident one, or without what is
    /// shared with other processes.
    pub(crate) fn memory(&self, field: &str) -> io::Result<u64> {
        let mut sum = 0;
        for process in self.processes()? {
            let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
            let line = rollup.lines().find_map(|line| line.strip_prefix(field));
            sum += line.map_or(0, |line| first_number(line.trim_start_matches(':')));
        }
        Ok(sum)
    }

    fn processes(&self) -> io::Result<Vec<u32>> {
        let root = self.child.id();
        let children = fs::read_to_string(format!("/proc/{root}/task/{root}/children"))?;
        let children = children.split_whitespace().filter_map(|child| child.parse().ok());
        Ok([root].into_iter().chain(children).collect())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server of ours ends with its standard input, another one when it is told to.
        drop(self.child.stdin.take());
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// Pins this process, the generator; says whether it could.
pub(crate) fn pin_generator() -> bool {
    let itself = std::process::id().to_string();
    Command::new("taskset")
        .args(["-a", "-cp", GENERATOR_CORE, &itself])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn first_number(text: &str) -> u64 {
    text.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
