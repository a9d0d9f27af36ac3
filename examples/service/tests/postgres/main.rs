//! The service with a `PostgreSQL` server of its own, where one is installed.

#![cfg(unix)]

mod server;

use std::{error::Error, net::SocketAddr, time::Duration};

use example_service::{Config, Notes, registry};
use healthz_core::config::HealthzConfig;
use server::Server;

#[tokio::test]
async fn readiness_follows_the_server() -> Result<(), Box<dyn Error>> {
    let Some(mut server) = Server::install()? else { return Ok(()) };
    let data = tempfile::tempdir()?;
    let config = Config {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: data.path().into(),
        database: server.url(),
        startup_delay: Duration::ZERO,
        healthz: HealthzConfig::default(),
    };
    let notes = Notes::open(&config.database)?;
    let registry = registry(&config, &notes)?;
    registry.mark_started();
    let ready = async || {
        let report = registry.report("ready").await.ok_or("no such endpoint")?;
        Ok::<_, &str>((report.code(), report.title().to_owned()))
    };

    server.start()?;
    wait_for(async || notes.prepare().await.is_ok()).await;
    notes.add(b"buy milk").await?;
    assert_eq!(notes.list().await?, "buy milk\n");
    assert_eq!(ready().await?, (200, "OK".into()));

    server.stop()?;
    assert_eq!(ready().await?, (503, "Can't connect to the database".into()));

    server.start()?;
    wait_for(async || ready().await == Ok((200, "OK".into()))).await;
    assert_eq!(notes.list().await?, "buy milk\n");
    Ok(())
}

async fn wait_for(condition: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while !condition().await {
        assert!(tokio::time::Instant::now() < deadline, "the server never came up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
