//! Each worker of actix-web has a runtime of its own, and each is watched.
#![expect(clippy::expect_used, reason = "a test that meets an error has failed")]

use std::{
    io::Write,
    net::TcpStream,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use actix_web::{App, HttpServer, rt::System, web};
use healthz_core::{KnownRuntime, Registry};

/// No test waits longer for anything.
const LIMIT: Duration = Duration::from_secs(60);

fn until(registry: &Registry, is_so: impl Fn(KnownRuntime) -> bool) {
    let begin = Instant::now();
    loop {
        let runtime = registry.known().runtime().expect("it is watched");
        if is_so(runtime) {
            return;
        }
        assert!(begin.elapsed() < LIMIT, "{runtime:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn one_blocked_worker_of_two_is_503_until_it_is_free() {
    let registry = Registry::builder()
        .liveness("live", [])
        .watch_runtime(Duration::from_secs(1))
        .build()
        .unwrap();
    let (release, blocks) = mpsc::channel::<()>();
    let (handle, address) = {
        let (registry, blocks) = (registry.clone(), Arc::new(Mutex::new(blocks)));
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let blocks = blocks.clone();
                    let block = move || {
                        let blocks = blocks.clone();
                        async move {
                            blocks.lock().unwrap().recv().expect_err("nothing is sent");
                            "free"
                        }
                    };
                    App::new()
                        .service(healthz_actix::routes(&registry))
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
    };
    until(&registry, |runtime| runtime.workers() == 2);
    let mut blocked = TcpStream::connect(address).unwrap();
    blocked.write_all(b"GET /block HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    until(&registry, |runtime| runtime.stuck_workers() == 1 && runtime.is_stuck());
    let report = System::new().block_on(registry.report("live")).unwrap();
    assert_eq!((report.code(), report.title()), (503, "The runtime is stuck"));

    drop(release);
    until(&registry, |runtime| runtime.stuck_workers() == 0 && !runtime.is_stuck());
    drop(blocked);
    System::new().block_on(handle.stop(false));
}
