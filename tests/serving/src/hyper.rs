use std::convert::Infallible;

use healthz_testkit::Server;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, select};
use tower::{BoxError, Service};

/// Serves it until the end of the test.
pub fn run<S, B>(service: S) -> Server
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    Server::start(|listener, stop| async move {
        let listener = TcpListener::from_std(listener)?;
        let accept = async {
            loop {
                let (stream, _) = listener.accept().await?;
                let service = TowerToHyperService::new(service.clone());
                tokio::spawn(async move {
                    let server = Builder::new(TokioExecutor::new());
                    // What a client does to its connection is no fault of the server's.
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        };
        select! {
            result = accept => result,
            () = stop.wanted() => Ok(()),
        }
    })
}
