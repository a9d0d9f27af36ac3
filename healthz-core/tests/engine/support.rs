use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use healthz_core::{
    Check, HealthError, Registration, Registry,
    adapter::{Answer, Request},
    async_trait,
};

pub(crate) const OK: &str = r#"{"status": 200, "title": "OK"}"#;

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A registry with the one endpoint `ready`, made of one check.
pub(crate) fn ready(check: impl Into<Registration>) -> Registry {
    Registry::builder().check("db", check).endpoint("ready", ["db"]).build().unwrap()
}

pub(crate) async fn get(registry: &Registry, endpoint: &str) -> Answer {
    registry.respond(Request::new("GET", endpoint)).await
}

/// The title that a probe of `ready` reads.
pub(crate) async fn title(registry: &Registry) -> String {
    let answer = get(registry, "ready").await;
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(body["status"], answer.code());
    body["title"].as_str().unwrap().to_owned()
}

/// A check that takes a time, can be told to fail, and counts.
#[derive(Clone, Default)]
pub(crate) struct Dependency {
    takes: Duration,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    down: AtomicBool,
    hanging: AtomicBool,
    runs: AtomicUsize,
    outstanding: AtomicUsize,
    most: AtomicUsize,
}

impl Dependency {
    pub(crate) fn new(takes: Duration) -> Self {
        Self { takes, ..Self::default() }
    }

    pub(crate) fn hanging() -> Self {
        let dependency = Self::default();
        dependency.hang(true);
        dependency
    }

    pub(crate) fn down(&self, down: bool) {
        self.counts.down.store(down, Ordering::SeqCst);
    }

    pub(crate) fn hang(&self, hanging: bool) {
        self.counts.hanging.store(hanging, Ordering::SeqCst);
    }

    /// How many runs have begun.
    pub(crate) fn runs(&self) -> usize {
        self.counts.runs.load(Ordering::SeqCst)
    }

    /// How many runs are out now.
    pub(crate) fn outstanding(&self) -> usize {
        self.counts.outstanding.load(Ordering::SeqCst)
    }

    /// How many runs were ever out at once.
    pub(crate) fn most(&self) -> usize {
        self.counts.most.load(Ordering::SeqCst)
    }
}

struct Outstanding<'a>(&'a Counts);

impl<'a> Outstanding<'a> {
    fn new(counts: &'a Counts) -> Self {
        counts.runs.fetch_add(1, Ordering::SeqCst);
        let now = counts.outstanding.fetch_add(1, Ordering::SeqCst) + 1;
        counts.most.fetch_max(now, Ordering::SeqCst);
        Self(counts)
    }
}

impl Drop for Outstanding<'_> {
    fn drop(&mut self) {
        self.0.outstanding.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Check for Dependency {
    async fn check(&self) -> Result<(), HealthError> {
        let _outstanding = Outstanding::new(&self.counts);
        if self.counts.hanging.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        if self.counts.down.load(Ordering::SeqCst) {
            return Err(HealthError::new("Can't connect to the database"));
        }
        Ok(())
    }
}
