use axum::Router;
use healthz_testkit::Server;
use tokio::{net::TcpListener, select};

/// Serves it until the end of the test.
#[must_use]
pub fn run(app: Router) -> Server {
    run_made(|| app)
}

/// Makes the application inside the runtime, as layers that buffer want it.
#[must_use]
pub fn run_made(app: impl FnOnce() -> Router + Send + 'static) -> Server {
    Server::start(|listener, stop| async move {
        let listener = TcpListener::from_std(listener)?;
        select! {
            result = axum::serve(listener, app()).into_future() => result,
            () = stop.wanted() => Ok(()),
        }
    })
}
