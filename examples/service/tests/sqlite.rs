//! The service with its own `SQLite` file.

use std::{error::Error, net::SocketAddr, time::Duration};

use example_service::{Config, Notes, registry};
use healthz_core::config::HealthzConfig;
use sqlx::{AnyConnection, Connection};

type Outcome = Result<(), Box<dyn Error>>;

fn config(data: &tempfile::TempDir) -> Config {
    Config {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: data.path().into(),
        database: format!("sqlite:{}/notes.sqlite?mode=rwc", data.path().display()),
        startup_delay: Duration::ZERO,
        healthz: HealthzConfig::default(),
    }
}

#[tokio::test]
async fn notes_are_kept_newest_first() -> Outcome {
    let data = tempfile::tempdir()?;
    let notes = Notes::open(&config(&data).database)?;
    notes.prepare().await?;
    notes.add(b"buy milk").await?;
    notes.add("Grüße an O'Brien\n".as_bytes()).await?;
    assert_eq!(notes.list().await?, "Grüße an O'Brien\nbuy milk\n");

    let reopened = Notes::open(&config(&data).database)?;
    reopened.prepare().await?;
    assert_eq!(reopened.list().await?, "Grüße an O'Brien\nbuy milk\n");
    Ok(())
}

#[tokio::test]
async fn readiness_follows_the_database() -> Outcome {
    let data = tempfile::tempdir()?;
    let config = config(&data);
    let notes = Notes::open(&config.database)?;
    let registry = registry(&config, &notes)?;
    let ready = async || registry.report("ready").await.ok_or("no such endpoint");
    assert_eq!(ready().await?.title(), "Starting");

    notes.prepare().await?;
    registry.mark_started();
    assert_eq!(ready().await?.title(), "OK");

    let mut other = AnyConnection::connect(&config.database).await?;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await?;
    let report = ready().await?;
    assert_eq!((report.code(), report.title()), (503, "Can't reach the database"));

    sqlx::query("ROLLBACK").execute(&mut other).await?;
    assert_eq!(ready().await?.title(), "OK");
    Ok(())
}

#[tokio::test]
async fn a_missing_disk_is_a_warning_and_no_outage() -> Outcome {
    let data = tempfile::tempdir()?;
    let mut config = config(&data);
    config.data = data.path().join("gone");
    let notes = Notes::open(&config.database)?;
    notes.prepare().await?;
    let registry = registry(&config, &notes)?;
    registry.mark_started();
    let disk = async || {
        let report = registry.report("ready").await?;
        assert_eq!((report.code(), report.title()), (200, "OK"));
        let disk = report.checks().iter().find(|check| check.name() == "disk")?;
        assert!(disk.status().is_warn());
        disk.text().map(str::to_owned)
    };
    // It runs in the background: until its first result, the text is another.
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while disk().await.as_deref() != Some("The disk is missing") {
        assert!(tokio::time::Instant::now() < deadline, "the check never came to its result");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}
