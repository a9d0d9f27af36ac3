//! Each worker of ntex has a runtime of its own, and each is watched.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use healthz_core::{KnownRuntime, Registry};
use ntex::{
    rt::{DefaultRuntime, System},
    web::{App, HttpServer, get},
};

/// No test waits longer for anything.
const LIMIT: Duration = Duration::from_secs(60);

fn until(registry: &Registry, is_so: impl Fn(KnownRuntime) -> bool) {
    let begin = Instant::now();
    loop {
        let runtime = registry.known().runtime().unwrap();
        if is_so(runtime) {
            return;
        }
        assert!(begin.elapsed() < LIMIT, "{runtime:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_blocked_worker_is_known_until_it_is_free() {
    let builder = Registry::builder().liveness("live", []);
    let registry = builder.watch_runtime(Duration::from_secs(1)).build().unwrap();
    let (release, blocks) = mpsc::channel::<()>();
    let (shared, blocks) = (registry.clone(), Arc::new(Mutex::new(blocks)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        System::new("test", DefaultRuntime).block_on(async move {
            let app = async move || {
                let blocks = blocks.clone();
                let block = move || {
                    let _ = blocks.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    async { "free" }
                };
                App::new().service(healthz_ntex::routes(&shared)).route("/block", get().to(block))
            };
            let server = HttpServer::new(app).workers(2).disable_signals();
            server.listen(listener).unwrap().run().await
        })
    });
    until(&registry, |runtime| runtime.workers() == 2);
    let mut blocked = TcpStream::connect(address).unwrap();
    blocked.write_all(b"GET /block HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    until(&registry, |runtime| runtime.stuck_workers() == 1 && runtime.is_stuck());
    drop(release);
    until(&registry, |runtime| runtime.stuck_workers() == 0 && !runtime.is_stuck());
}
