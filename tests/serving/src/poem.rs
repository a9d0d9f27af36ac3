use healthz_testkit::Server;
use poem::{IntoEndpoint, listener::TcpAcceptor};
use tokio::select;

/// What a name of the contract takes, and more than poem allows by itself.
const HEADER_LIST: u32 = 1 << 20;

/// Serves it until the end of the test.
pub fn run<E>(app: E) -> Server
where
    E: IntoEndpoint + Send + 'static,
    E::Endpoint: 'static,
{
    Server::start(|listener, stop| async move {
        let server = poem::Server::new_with_acceptor(TcpAcceptor::from_std(listener)?);
        let server = server.http2_max_header_list_size(HEADER_LIST);
        select! {
            result = server.run(app) => result,
            () = stop.wanted() => Ok(()),
        }
    })
}
