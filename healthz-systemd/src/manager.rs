#[cfg(any(target_os = "android", target_os = "linux"))]
use std::os::{linux::net::SocketAddrExt, unix::ffi::OsStrExt};
use std::{
    env,
    ffi::OsStr,
    io::{self, ErrorKind},
    os::unix::net::{SocketAddr, UnixDatagram},
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::sleep;

/// How long to leave a manager alone that takes nothing at the moment, and how often.
const BUSY: Duration = Duration::from_millis(50);
const TRIES: usize = 20;

/// Whoever started the service and listens to it: systemd, or what speaks its protocol.
#[derive(Debug, Clone)]
pub(crate) struct Manager {
    socket: Arc<UnixDatagram>,
    address: SocketAddr,
    /// A failure was logged.
    told: Arc<AtomicBool>,
}

impl Manager {
    /// The one that the environment names; `None` if there is none.
    pub(crate) fn from_env() -> Option<Self> {
        let socket = env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty())?;
        let manager = Self::new(&socket);
        manager.inspect_err(warn).ok()
    }

    /// `/path`, or `@name` for a socket of Linux that is in no directory.
    pub(crate) fn new(socket: &OsStr) -> io::Result<Self> {
        let address = address(socket)?;
        let socket = UnixDatagram::unbound()?;
        // A manager that is busy must not block a worker of the runtime.
        socket.set_nonblocking(true)?;
        Ok(Self { socket: Arc::new(socket), address, told: Arc::default() })
    }

    /// Sends assignments, one a line. Waits for a manager that is busy, a second at most.
    pub(crate) async fn send(&self, assignments: &str) {
        for _ in 1..TRIES {
            match self.try_send(assignments) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => sleep(BUSY).await,
                sent => return self.tell(sent),
            }
        }
        self.tell(self.try_send(assignments));
    }

    fn try_send(&self, assignments: &str) -> io::Result<()> {
        self.socket.send_to_addr(assignments.as_bytes(), &self.address).map(drop)
    }

    fn tell(&self, sent: io::Result<()>) {
        if let Err(error) = sent
            && !self.told.swap(true, Ordering::Relaxed)
        {
            warn(&error);
        }
    }
}

fn warn(error: &io::Error) {
    tracing::warn!(target: "healthz", %error, "cannot tell the service manager of NOTIFY_SOCKET");
}

fn address(socket: &OsStr) -> io::Result<SocketAddr> {
    #[cfg(any(target_os = "android", target_os = "linux"))]
    if let Some(name) = socket.as_bytes().strip_prefix(b"@") {
        return SocketAddr::from_abstract_name(name);
    }
    if socket.as_encoded_bytes().starts_with(b"/") {
        return SocketAddr::from_pathname(socket);
    }
    let kind = "NOTIFY_SOCKET is neither an absolute path nor the `@name` of an abstract socket";
    Err(io::Error::new(ErrorKind::Unsupported, kind))
}

/// How often the manager wants a sign of life from this process; `None` if it wants none.
pub(crate) fn watchdog_from_env() -> Option<Duration> {
    let read = |name| env::var(name).ok();
    watchdog(read("WATCHDOG_USEC").as_deref(), read("WATCHDOG_PID").as_deref(), process::id())
}

fn watchdog(usec: Option<&str>, pid: Option<&str>, own: u32) -> Option<Duration> {
    let limit = Duration::from_micros(usec?.parse().ok()?);
    let is_ours = pid.is_none_or(|pid| pid.parse() == Ok(own));
    (is_ours && !limit.is_zero()).then_some(limit)
}

#[cfg(test)]
mod tests {
    use healthz_test_support::Log;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_manager_that_cannot_be_told_is_one_line_in_the_log() {
        let (log, _guard) = Log::capture();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let manager = Manager::new(path.as_os_str()).expect("a manager");
        for _ in 0..3 {
            manager.send("READY=1").await;
        }
        let lines = log.lines();
        assert!(
            lines.len() == 1 && lines[0].contains("cannot tell the service manager"),
            "{lines:?}"
        );

        let heard = UnixDatagram::bind(&path).expect("a socket");
        manager.send("READY=1").await;
        let mut message = [0; 16];
        let length = heard.recv(&mut message).expect("a message");
        assert_eq!(&message[..length], b"READY=1");
        assert_eq!(log.lines().len(), 1);
    }

    #[test]
    fn a_watchdog_of_another_process_is_none_of_ours() {
        let limit = Some(Duration::from_secs(3));
        assert_eq!(watchdog(Some("3000000"), None, 7), limit);
        assert_eq!(watchdog(Some("3000000"), Some("7"), 7), limit);
        assert_eq!(watchdog(Some("3000000"), Some("8"), 7), None);
        assert_eq!(watchdog(Some("3000000"), Some(""), 7), None);
        for usec in [None, Some("0"), Some(""), Some("3s"), Some("-1")] {
            assert_eq!(watchdog(usec, Some("7"), 7), None, "{usec:?}");
        }
    }

    #[test]
    fn a_socket_of_another_kind_is_refused() {
        for socket in ["vsock:2:1234", "run/notify", "x"] {
            let refused = Manager::new(OsStr::new(socket)).expect_err(socket);
            assert_eq!(refused.kind(), ErrorKind::Unsupported, "{socket}");
        }
    }
}
