//! The service with a `PostgreSQL` server of its own, where one is installed.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what helps a test fails it with a panic as the test does")]

mod server;

use std::{fs, sync::Arc, time::Duration};

use example_service::{Config, Notes, registry, warm_up};
use healthz_core::{Registry, config::HealthzConfig};
use healthz_test_support::until;
use server::Postgres;
use sqlx::{AnyConnection, Connection, Executor};
use tempfile::{NamedTempFile, TempDir};
use tracing::subscriber::DefaultGuard;

/// The service, its database, and what it writes into its log.
struct Site {
    server: Postgres,
    notes: Notes,
    registry: Registry,
    log: NamedTempFile,
    _data: TempDir,
    _subscriber: DefaultGuard,
}

impl Site {
    /// The service warms up; the server is not started yet.
    fn begin() -> Option<Self> {
        let server = Postgres::install()?;
        let data = tempfile::tempdir().unwrap();
        let log = NamedTempFile::new().unwrap();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).without_time();
        let subscriber = subscriber.with_writer(Arc::new(log.reopen().unwrap())).finish();
        let subscriber = tracing::subscriber::set_default(subscriber);
        let config = Config {
            address: ([127, 0, 0, 1], 0).into(),
            data: data.path().into(),
            database: server.url(),
            startup_delay: Duration::ZERO,
            healthz: HealthzConfig::default(),
        };
        let notes = Notes::open(&config.database).unwrap();
        let registry = registry(&config, &notes).unwrap();
        tokio::spawn(warm_up(config.startup_delay, notes.clone(), registry.clone()));
        Some(Self { server, notes, registry, log, _data: data, _subscriber: subscriber })
    }

    /// The server is started, and the service is ready.
    async fn running() -> Option<Self> {
        let mut site = Self::begin()?;
        site.server.start();
        site.is_ready().await;
        Some(site)
    }

    async fn is_ready(&self) {
        until("it is ready", async || self.ready().await == (200, "OK".into())).await;
    }

    async fn ready(&self) -> (u16, String) {
        let report = self.registry.report("ready").await.unwrap();
        (report.code(), report.title().to_owned())
    }

    /// Waits for a line of the log that has all these words. The log is written beside the answers.
    async fn logs(&self, words: &[&str]) {
        until(&format!("the log says {words:?}"), async || {
            let log = fs::read_to_string(self.log.path()).unwrap();
            log.lines().any(|line| words.iter().all(|word| line.contains(word)))
        })
        .await;
    }
}

#[tokio::test]
async fn readiness_follows_the_server() {
    let Some(mut site) = Site::begin() else { return };
    assert_eq!(site.ready().await, (503, "Starting".into()));
    let refused = "Connection refused (os error 111)";
    site.logs(&["waiting for the database", refused, "next_attempt_in=1s"]).await;

    site.server.start();
    site.is_ready().await;
    site.notes.add(b"buy milk").await.unwrap();
    assert_eq!(site.notes.list().await.unwrap(), "buy milk\n");

    site.server.0.stop();
    assert_eq!(site.ready().await, (503, "Can't reach the database".into()));

    site.server.start();
    site.is_ready().await;
    assert_eq!(site.notes.list().await.unwrap(), "buy milk\n");
}

#[tokio::test]
async fn the_log_says_that_a_stopped_database_refuses() {
    let Some(mut site) = Site::running().await else { return };
    site.server.0.stop();
    let (code, title) = site.ready().await;
    // What the first page shows is what happens.
    let readme = include_str!("../../../../README.md");
    assert!(
        readme.contains(&format!("{{\"status\": {code}, \"title\": \"{title}\"}}")),
        "{code} {title}"
    );
    let line = "check failed check=\"database\" text=\"Can't reach the database\" \
                cause=\"error communicating with database: Connection refused (os error 111)\"";
    assert!(readme.contains(line));
    site.logs(&[line]).await;
}

#[tokio::test]
async fn the_log_says_that_a_frozen_database_does_not_answer() {
    let Some(site) = Site::running().await else { return };
    site.server.0.freeze();
    assert_eq!(site.ready().await, (503, "Can't reach the database".into()));
    site.logs(&["check failed", "check=\"database\"", "no answer within 500ms"]).await;

    site.server.0.thaw();
    site.is_ready().await;
}

#[tokio::test]
async fn a_busy_database_is_no_outage_and_the_log_says_that_it_is_busy() {
    let Some(site) = Site::running().await else { return };
    // Every request of the service waits for this one.
    let mut other = AnyConnection::connect(&site.server.url()).await.unwrap();
    other.execute("BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let max = site.notes.pool().options().get_max_connections();
    let requests: Vec<_> = (0..max)
        .map(|_| {
            let notes = site.notes.clone();
            tokio::spawn(async move { notes.list().await })
        })
        .collect();

    let database = async || {
        let report = site.registry.report("ready").await.unwrap();
        let database = report.checks().iter().find(|check| check.name() == "database");
        (report.code(), database.and_then(|database| database.text().map(str::to_owned)))
    };
    let busy = (200, Some("All connections are in use".to_owned()));
    until("all connections are in use", async || database().await == busy).await;
    let all = format!("cause=\"{max} of {max}\"");
    site.logs(&["check warns", "check=\"database\"", "All connections are in use", &all]).await;

    other.execute("ROLLBACK").await.unwrap();
    for request in requests {
        assert_eq!(request.await.unwrap().unwrap(), "");
    }
    until("it is busy no longer", async || database().await == (200, None)).await;
}
