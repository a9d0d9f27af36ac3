//! A worker of actix-web that a handler blocks holds nobody's checks up but its own.
#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    rt::{System, time::sleep},
    web,
};
use healthz_core::{CheckExt, Registry, check_fn};

/// No test waits longer for anything.
const LIMIT: Duration = Duration::from_secs(60);

/// A server of two workers with the endpoint `ready`; `/who` names the thread, and `/block` blocks
/// it until the receiver is told or gone.
fn serve(registry: &Registry, block: mpsc::Receiver<()>) -> (ServerHandle, SocketAddr) {
    let (registry, block) = (registry.clone(), Arc::new(Mutex::new(block)));
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let block = block.clone();
                let block = move || {
                    let block = block.clone();
                    async move {
                        let _ = block.lock().unwrap().recv_timeout(LIMIT);
                        "free"
                    }
                };
                let who = async || format!("{:?}", thread::current().id());
                App::new()
                    .service(healthz_actix::routes(&registry))
                    .route("/who", web::get().to(who))
                    .route("/block", web::get().to(block))
            });
            let server = server.workers(2).bind(("127.0.0.1", 0)).unwrap();
            let address = server.addrs()[0];
            let server = server.disable_signals().run();
            send.send((server.handle(), address)).unwrap();
            server.await.unwrap();
        });
    });
    receive.recv_timeout(LIMIT).unwrap()
}

/// A connection, which stays with one worker.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        Self(BufReader::new(stream))
    }

    fn ask(&mut self, path: &str) {
        write!(self.0.get_mut(), "GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    }

    fn answer(&mut self) -> (String, String) {
        let (mut status, mut length) = (String::new(), 0);
        self.0.read_line(&mut status).unwrap();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            match line.to_lowercase().trim().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (status.trim_end().to_owned(), String::from_utf8(body).unwrap())
    }

    fn get(&mut self, path: &str) -> (String, String) {
        self.ask(path);
        self.answer()
    }
}

#[test]
fn the_other_worker_answers_by_a_run_of_its_own() {
    let runs = Arc::new(AtomicUsize::new(0));
    let (counted, (begun, begins)) = (runs.clone(), mpsc::channel());
    let database = check_fn(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        let _ = begun.send(());
        async {
            sleep(Duration::from_millis(400)).await;
            Ok(())
        }
    });
    let database = database.timeout(Duration::from_secs(1));
    let registry = Registry::builder().readiness("ready", database).build().unwrap();
    let (release, block) = mpsc::channel();
    let (handle, address) = serve(&registry, block);

    // Two connections of one worker, and one of the other.
    let (mut leads, mut blocks) = (Connection::open(address), Connection::open(address));
    let mut other = Connection::open(address);
    let worker = leads.get("/who");
    while blocks.get("/who") != worker {
        blocks = Connection::open(address);
    }
    while other.get("/who") == worker {
        other = Connection::open(address);
    }

    leads.ask("/healthz/ready");
    begins.recv_timeout(LIMIT).unwrap();
    blocks.ask("/block");
    let codes: Vec<String> = (0..10).map(|_| other.get("/healthz/ready").0).collect();
    let reds = codes.iter().take_while(|code| code.contains("503")).count();
    // The run is the first worker's for its timeout and a budget, 1.8 s: two probes wait in vain
    // for it.
    assert!(reds <= 2, "{codes:?}");
    assert!(codes[reds..].iter().all(|code| code == "HTTP/1.1 200 OK"), "{codes:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 1 + codes.len() - reds);

    release.send(()).unwrap();
    assert_eq!(blocks.answer().1, "free");
    let _ = leads.answer();
    assert_eq!(leads.get("/healthz/ready").0, "HTTP/1.1 200 OK");
    drop((leads, blocks, other));
    System::new().block_on(handle.stop(false));
}
