use std::{io, time::Duration};

use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

use crate::service::HealthService;

/// After so long without a sign of life, a client is asked for one; after so long again without an
/// answer, its connection is closed, so that its streams do not count for ever.
const SILENCE: Duration = Duration::from_secs(20);

/// How long to leave a system alone that has no more connections to give.
const EXHAUSTED: Duration = Duration::from_secs(1);

/// Serves `grpc.health.v1.Health` on a port of its own, until the registry is drained.
///
/// For actix-web, which cannot send trailers, for warp, and for a port that only the orchestrator
/// reaches. Takes a registry, or a [`HealthService`] that has names of its own. It speaks HTTP/2 in
/// plain text, and refuses HTTP/1 with 505. A connection has at most 100 streams of Watch.
///
/// When the drain is over ([`Registry::drained`](healthz_core::Registry::drained)), no connection
/// is accepted any more, every stream of Watch ends, and the future does so when the last
/// connection has. Dropping it closes all connections at once; let
/// [`Registry::serve`](healthz_core::Registry::serve) drive it, which bounds its stop.
///
/// ```
/// use std::time::Duration;
/// use healthz_core::Registry;
/// use tokio::net::TcpListener;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry =
///     Registry::builder().readiness("ready", []).drain_delay(Duration::ZERO).build()?;
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let server = tokio::spawn(healthz_grpc::serve(&registry, listener));
///
/// registry.begin_drain();
/// server.await??;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// None today: a connection that fails ends alone, and a system that is out of connections is asked
/// again after a second.
pub fn serve(
    health: impl Into<HealthService>,
    listener: TcpListener,
) -> impl Future<Output = io::Result<()>> + Send + 'static {
    accept_all(health.into(), listener)
}

async fn accept_all(health: HealthService, listener: TcpListener) -> io::Result<()> {
    let drained = health.registry().drained();
    let mut drained = std::pin::pin!(drained);
    let (graceful, mut connections) = (GracefulShutdown::new(), JoinSet::new());
    loop {
        tokio::select! {
            () = &mut drained => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, &health, &graceful));
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(target: "healthz", %error, "cannot accept a connection");
                    sleep(EXHAUSTED).await;
                }
            },
        }
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

fn connection(
    stream: TcpStream,
    health: &HealthService,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + Send + use<> {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(SILENCE);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(SILENCE)
        .keep_alive_timeout(SILENCE);
    let service = TowerToHyperService::new(health.of_connection());
    let connection = server.serve_connection(TokioIo::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    async move {
        // Whatever broke is the client's own, and it can be nobody's to mend.
        let _ = connection.await;
    }
}

/// The client left before it was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_left_is_no_trouble_of_the_system() {
        let left = io::Error::from(io::ErrorKind::ConnectionAborted);
        assert!(is_of_one_connection(&left));
        assert!(!is_of_one_connection(&io::Error::from(io::ErrorKind::OutOfMemory)));
    }
}
