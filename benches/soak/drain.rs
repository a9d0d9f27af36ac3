use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    net::TcpListener,
    runtime::{Builder, Handle},
    task::JoinSet,
    time::sleep,
};

use crate::{
    client::{ask, open},
    endpoints::registry,
    vitals::{Table, Vitals},
};

const CONNECTIONS: usize = 100;

/// One server after the other, each drained while all its connections probe.
pub(crate) fn soak(servers: u64) -> io::Result<()> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(async {
        let mut table = Table::begin("servers")?;
        for server in 1..=servers {
            drain().await?;
            if server.is_multiple_of((servers / 10).max(1)) {
                // The background checks' tasks end with the registry.
                sleep(Duration::from_millis(50)).await;
                table.row(server, Vitals::of(&Handle::current())?)?;
            }
        }
        Ok(())
    })
}

async fn drain() -> io::Result<()> {
    let registry = registry().drain_delay(Duration::from_millis(200)).build();
    let registry = registry.expect("a valid registry");
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = axum::serve(listener, healthz_axum::routes(&registry))
        .with_graceful_shutdown(registry.drained());
    let server = tokio::spawn(server.into_future());
    let mut probers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        probers.spawn(probe(address));
    }
    sleep(Duration::from_millis(100)).await;
    registry.begin_drain();
    server.await.map_err(io::Error::other)??;
    for answered in probers.join_all().await {
        let (healthy, draining) = answered?;
        assert!(healthy > 0, "a connection was not served before the drain");
        assert!(draining > 0, "a connection did not hear of the drain");
    }
    Ok(())
}

/// Probes until the server ends the connection; returns how often it was healthy, and how often
/// not.
async fn probe(address: SocketAddr) -> io::Result<(u32, u32)> {
    let mut stream = open(address).await?;
    let (mut healthy, mut draining) = (0, 0);
    loop {
        match ask(&mut stream, "fresh").await {
            Ok((200, _)) if draining == 0 => healthy += 1,
            Ok((503, closes)) => {
                draining += 1;
                if closes {
                    return Ok((healthy, draining));
                }
            }
            Ok((status, _)) => return Err(io::Error::other(format!("{status} after the drain"))),
            // Between two requests, as HTTP allows.
            Err(_) => return Ok((healthy, draining)),
        }
        sleep(Duration::from_millis(10)).await;
    }
}
