use std::{
    io,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener},
    sync::mpsc,
    thread,
};

use socket2::{Domain, Socket, Type};
use tokio::{runtime, sync::oneshot};

use crate::{Connection, Protocol, Response, until::PATIENCE};

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 1024;

/// Each simultaneous probe of a test needs two, one at either end.
const OPEN_FILES: u64 = 16_384;

/// A server of one test, on a free port of the loopback interface; stopped when dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    protocol: Protocol,
    stop: Option<oneshot::Sender<()>>,
    stopped: mpsc::Receiver<()>,
}

/// Tells a server to stop.
#[derive(Debug)]
pub struct Stop(oneshot::Receiver<()>);

impl Stop {
    /// Waits until the test is over.
    pub async fn wanted(self) {
        let _ = self.0.await;
    }
}

/// Where a server says what it has bound.
#[derive(Debug)]
pub struct Bound(mpsc::Sender<SocketAddr>);

impl Bound {
    /// Says that the server listens here.
    pub fn to(&self, address: SocketAddr) {
        let _ = self.0.send(address);
    }
}

impl Server {
    /// Runs a framework's server in a thread and a tokio runtime with two workers of its own.
    ///
    /// `serve` is given a listener that does not block, ready for
    /// [`tokio::net::TcpListener::from_std`], and has to end soon after the stop is wanted.
    pub fn start<F, Served>(serve: F) -> Self
    where
        F: FnOnce(TcpListener, Stop) -> Served + Send + 'static,
        Served: Future<Output = io::Result<()>>,
    {
        let listener = listen();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = run(move |stop| serve(listener, stop));
        Self { address, protocol: Protocol::default(), stop: Some(stop), stopped }
    }

    /// Runs a framework's server that takes no listener, as [`start`](Self::start) does.
    ///
    /// `serve` binds a free port of the loopback interface, and says which as soon as it listens.
    pub fn start_bound<F, Served>(serve: F) -> Self
    where
        F: FnOnce(Bound, Stop) -> Served + Send + 'static,
        Served: Future<Output = io::Result<()>>,
    {
        let (bound, address) = mpsc::channel();
        let (stop, stopped) = run(move |stop| serve(Bound(bound), stop));
        let address = address.recv_timeout(PATIENCE).unwrap();
        Self { address, protocol: Protocol::default(), stop: Some(stop), stopped }
    }

    /// Sets what the connections speak. The server itself is the same.
    ///
    /// The default is HTTP/1.1.
    #[must_use]
    pub fn over(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// Returns what the connections speak.
    #[must_use]
    pub fn protocol(&self) -> &Protocol {
        &self.protocol
    }

    /// Returns where it listens, for a client of one's own.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens a connection.
    #[must_use]
    pub fn connect(&self) -> Connection {
        Connection::open(self.address, &self.protocol).unwrap()
    }

    /// Sends GET over a new connection and reads the response.
    #[must_use]
    pub fn get(&self, path: &str) -> Response {
        self.connect().get(path)
    }

    /// Sends the plainest request there is over a new connection and reads the response.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str) -> Response {
        self.connect().ask(method, path)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let stopped = self.stopped.recv_timeout(PATIENCE);
        assert!(stopped.is_ok() || thread::panicking(), "the server does not stop");
    }
}

/// Runs a server until it is told to stop; returns the two ends of that.
fn run<F, Served>(serve: F) -> (oneshot::Sender<()>, mpsc::Receiver<()>)
where
    F: FnOnce(Stop) -> Served + Send + 'static,
    Served: Future<Output = io::Result<()>>,
{
    rlimit::increase_nofile_limit(OPEN_FILES).unwrap();
    let (stop, wanted) = oneshot::channel();
    let (ended, stopped) = mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        runtime.block_on(async { serve(Stop(wanted)).await }).unwrap();
        runtime.shutdown_timeout(PATIENCE);
        let _ = ended.send(());
    });
    (stop, stopped)
}

fn listen() -> TcpListener {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    socket.listen(BACKLOG).unwrap();
    // Linux hands it on to what is accepted. A server that leaves it out, as warp's does, waits
    // 40 ms for the client's delayed acknowledgement on every fresh HTTP/2 connection.
    socket.set_tcp_nodelay(true).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket.into()
}
