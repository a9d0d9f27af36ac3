use axum::{Router, extract::State, routing::get};
use healthz_core::Registry;
use healthz_testkit::{Mount, Server};
use tokio::{net::TcpListener, select};

fn serve(registry: &Registry, mount: Mount) -> Server {
    let nest = |inner, segment: &&str| Router::new().nest(&format!("/{segment}"), inner);
    let ours = mount.segments().iter().rev().fold(healthz_axum::routes(registry), nest);
    let hello = get(|State(hello): State<&'static str>| async move { hello });
    let app = Router::new().route("/hello", hello.clone()).route("/healthzz", hello).merge(ours);
    let app = app.with_state("hello");
    Server::start(|listener, stop| async move {
        let listener = TcpListener::from_std(listener)?;
        select! {
            result = axum::serve(listener, app).into_future() => result,
            () = stop.wanted() => Ok(()),
        }
    })
}

healthz_testkit::contract!(serve);
