use std::sync::Arc;

use actix_web::{
    App, HttpServer,
    web::{ServiceConfig, get, scope},
};
use healthz_core::Registry;
use healthz_serving::actix::{Ends, run, until};
use healthz_testkit::{FakeCheck, Mount, Protocol, Server, Tls};

fn serve(registry: &Registry, mount: Mount) -> Server {
    let registry = registry.clone();
    run(2, Ends::AtOnce, move || App::new().configure(|app| configure(app, &registry, mount)))
}

fn serve_tls(registry: &Registry, mount: Mount) -> Server {
    let registry = registry.clone();
    let app = move || App::new().configure(|app| configure(app, &registry, mount));
    let tls = Tls::self_signed();
    let config = Arc::unwrap_or_clone(tls.server());
    let server = Server::start(|listener, stop| async move {
        let server = HttpServer::new(app).workers(2).disable_signals();
        until(stop, server.listen_rustls_0_23(listener, config)?.run(), Ends::AtOnce).await
    });
    server.over(Protocol::Tls(tls))
}

fn configure(app: &mut ServiceConfig, registry: &Registry, mount: Mount) {
    let hello = || get().to(async || "hello");
    nest(app, registry, mount.segments());
    app.route("/hello", hello()).route("/healthzz", hello());
}

fn nest(app: &mut ServiceConfig, registry: &Registry, segments: &[&str]) {
    match segments {
        [] => app.service(healthz_actix::routes(registry)),
        [outer, inner @ ..] => {
            app.service(scope(outer).configure(|app| nest(app, registry, inner)))
        }
    };
}

healthz_testkit::contract!(serve);
healthz_testkit::contract!(tls: serve_tls);

#[test]
fn http_1_1_without_host_is_actixs_own_400() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let server = serve(&registry, Mount::TOP);
    let response = server.connect().try_send("GET /healthz/live HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!((response.status(), response.body()), (400, ""));
}

#[test]
fn a_malformed_chunk_ends_a_waiting_probe_without_an_answer() {
    let slow = FakeCheck::gated();
    let registry = Registry::builder().endpoint("ready", slow.clone()).build().unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut connection = server.connect();
    let head = "GET /healthz/ready HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    connection.send(head);
    slow.wait_for_runs(1);
    connection.send("no size\r\n");
    connection.ends();
}
