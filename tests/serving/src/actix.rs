use std::io;

use actix_web::{
    App, Error, HttpServer,
    body::MessageBody,
    dev::{self, ServiceFactory, ServiceRequest, ServiceResponse},
};
use healthz_testkit::{Server, Stop};

/// What a server does at its end with the requests that are out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// It cuts them off.
    AtOnce,
    /// It answers them.
    Gracefully,
}

/// Serves with so many workers, over HTTP/1.1 and HTTP/2, until the end of the test.
pub fn run<A, T, B>(workers: usize, ends: Ends, app: A) -> Server
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
    Server::start(move |listener, stop| async move {
        let server = HttpServer::new(app).workers(workers).disable_signals();
        until(stop, server.listen_auto_h2c(listener)?.run(), ends).await
    })
}

/// Runs the server until the stop is wanted.
///
/// # Errors
/// Those of the server.
pub async fn until(stop: Stop, server: dev::Server, ends: Ends) -> io::Result<()> {
    let handle = server.handle();
    let running = tokio::spawn(server);
    stop.wanted().await;
    handle.stop(ends == Ends::Gracefully).await;
    running.await?
}
