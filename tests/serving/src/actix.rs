use std::io;

use actix_web::{
    App, Error, HttpServer,
    body::MessageBody,
    dev::{self, ServiceFactory, ServiceRequest, ServiceResponse},
};
use healthz_testkit::{Server, Stop};

/// Serves with two workers, over HTTP/1.1 and HTTP/2.
pub fn run<A, T, B>(app: A) -> Server
where
    A: Fn() -> App<T> + Clone + Send + 'static,
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    Server::start(|listener, stop| async move {
        let server = HttpServer::new(app).workers(2).disable_signals();
        until(stop, server.listen_auto_h2c(listener)?.run(), false).await
    })
}

/// Runs the server until the stop is wanted.
///
/// # Errors
/// Those of the server.
pub async fn until(stop: Stop, server: dev::Server, graceful: bool) -> io::Result<()> {
    let handle = server.handle();
    let running = tokio::spawn(server);
    stop.wanted().await;
    handle.stop(graceful).await;
    running.await?
}
