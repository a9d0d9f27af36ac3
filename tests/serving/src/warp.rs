use healthz_testkit::Server;
use tokio::{net::TcpListener, select};
use warp::{Filter, Rejection, Reply};

/// Serves it until the end of the test.
pub fn run<F>(app: F) -> Server
where
    F: Filter<Error = Rejection, Extract: Reply> + Clone + Send + Sync + 'static,
{
    Server::start(|listener, stop| async move {
        let listener = TcpListener::from_std(listener)?;
        select! {
            () = warp::serve(app).incoming(listener).run() => {}
            () = stop.wanted() => {}
        }
        Ok(())
    })
}
