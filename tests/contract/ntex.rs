use std::{io, sync::mpsc, thread};

use healthz_core::Registry;
use healthz_testkit::{Mount, Server};
use ntex::{
    rt::{DefaultRuntime, System},
    web::{App, HttpServer, ServiceConfig, get, scope},
};

fn serve(registry: &Registry, mount: Mount) -> Server {
    let registry = registry.clone();
    let app = async move || App::new().configure(|app| configure(app, &registry, mount));
    Server::start(|listener, stop| async move {
        let (started, server) = mpsc::channel();
        // ntex runs a system of its own, on a thread of its own.
        let system = thread::spawn(move || {
            System::new("contract", DefaultRuntime).block_on(async move {
                let server = HttpServer::new(app).workers(2).disable_signals();
                let server = server.listen(listener)?.run();
                let _ = started.send(server.clone());
                server.await
            })
        });
        let server = server.recv().map_err(io::Error::other)?;
        stop.wanted().await;
        server.stop(false).await;
        system.join().map_err(|_| io::Error::other("ntex panicked"))?
    })
}

fn configure(app: &mut ServiceConfig, registry: &Registry, mount: Mount) {
    nest(app, registry, mount.segments());
    let hello = || get().to(async || "hello");
    app.route("/hello", hello()).route("/healthzz", hello());
}

fn nest(app: &mut ServiceConfig, registry: &Registry, segments: &'static [&'static str]) {
    match segments {
        [] => app.service(healthz_ntex::routes(registry)),
        [outer, inner @ ..] => {
            app.service(scope(*outer).configure(|app| nest(app, registry, inner)))
        }
    };
}

healthz_testkit::contract!(http1: serve);
