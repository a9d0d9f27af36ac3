use std::{io, sync::mpsc, thread};

use futures_util::future::join;
use healthz_testkit::Stop;
use ntex::{
    rt::{DefaultRuntime, System},
    server::Server,
};

/// Runs a server until it is told to stop. ntex has a system of its own, on a thread of its own.
///
/// It stops at once: under load, a graceful stop of ntex 3.12 was seen to take more than 45 s though
/// every request was answered.
///
/// # Errors
/// Those of the server.
pub async fn run(
    stop: Stop,
    start: impl FnOnce() -> io::Result<Server> + Send + 'static,
) -> io::Result<()> {
    let (started, server) = mpsc::channel();
    let system = thread::spawn(move || {
        System::new("test", DefaultRuntime).block_on(async move {
            let server = start()?;
            // Handed out after its first poll: who asks ntex for the end of a server while it stops
            // may never hear of it.
            let handed_out = async { started.send(server.clone()) };
            join(server.clone(), handed_out).await.0
        })
    });
    let server = server.recv().map_err(io::Error::other)?;
    stop.wanted().await;
    server.stop(false).await;
    system.join().map_err(|_| io::Error::other("ntex panicked"))?
}
