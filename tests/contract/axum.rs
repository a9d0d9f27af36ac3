use std::{io, net::SocketAddr};

use axum::{
    Router,
    extract::State,
    routing::get,
    serve::{Listener, serve as serve_axum},
};
use healthz_core::Registry;
use healthz_serving::axum::run;
use healthz_testkit::{Mount, Protocol, Server, Tls};
use tokio::{
    net::{TcpListener, TcpStream},
    select,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

fn serve(registry: &Registry, mount: Mount) -> Server {
    run(app(registry, mount))
}

fn serve_tls(registry: &Registry, mount: Mount) -> Server {
    let app = app(registry, mount);
    let tls = Tls::self_signed();
    let acceptor = TlsAcceptor::from(tls.server());
    let server = Server::start(|listener, stop| async move {
        let listener = OverTls { tcp: TcpListener::from_std(listener)?, acceptor };
        select! {
            result = serve_axum(listener, app).into_future() => result,
            () = stop.wanted() => Ok(()),
        }
    });
    server.over(Protocol::Tls(tls))
}

fn app(registry: &Registry, mount: Mount) -> Router {
    let nest = |inner, segment: &&str| Router::new().nest(&format!("/{segment}"), inner);
    let ours = mount.segments().iter().rev().fold(healthz_axum::routes(registry), nest);
    let hello = get(|State(hello): State<&'static str>| async move { hello });
    let app = Router::new().route("/hello", hello.clone()).route("/healthzz", hello).merge(ours);
    app.with_state("hello")
}

/// Accepts one connection after another, which is enough for a test.
struct OverTls {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for OverTls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.tcp).await;
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

healthz_testkit::contract!(serve);
healthz_testkit::contract!(tls: serve_tls);
