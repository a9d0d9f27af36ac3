use healthz_core::Registry;
use healthz_testkit::{Mount, Server};
use tokio::{net::TcpListener, select};
use warp::Filter;

fn serve(registry: &Registry, mount: Mount) -> Server {
    let ours = mount
        .segments()
        .iter()
        .rev()
        .fold(healthz_warp::routes(registry).boxed(), |inner, segment| {
            warp::path(*segment).and(inner).boxed()
        });
    let hello = warp::path("hello").or(warp::path("healthzz")).unify();
    let hello = hello.and(warp::path::end()).and(warp::get()).map(|| "hello");
    let app = ours.or(hello);
    Server::start(|listener, stop| async move {
        let listener = TcpListener::from_std(listener)?;
        select! {
            () = warp::serve(app).incoming(listener).run() => {}
            () = stop.wanted() => {}
        }
        Ok(())
    })
}

healthz_testkit::contract!(serve);
