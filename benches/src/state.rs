//! What the probed endpoint looks at.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use healthz_core::{
    Check, CheckExt, HealthError, Registration, Registry, RegistryBuilder,
    adapter::{Answer, Request},
    async_trait, check_fn,
};

/// The path that every server answers, with us and without.
pub const PATH: &str = "/healthz/probe";

/// The last segment of [`PATH`].
pub const ENDPOINT: &str = "probe";

/// Longer than any bench runs.
pub const HOUR: Duration = Duration::from_secs(3600);

/// What the probed endpoint looks at.
#[derive(Debug, Clone, Copy)]
pub enum State {
    /// Nothing: a liveness endpoint without checks.
    Live,
    /// So many checks that are made with `check_fn` and are ready at once.
    CheckFn(usize),
    /// So many checks that implement `Check` with `#[async_trait]` and are ready at once.
    AsyncTrait(usize),
    /// So many checks that are cached.
    Cached(usize),
    /// So many checks that run in the background.
    Background(usize),
}

/// A check that is written with `#[async_trait]`, passes and is ready at once.
#[derive(Debug, Clone, Copy)]
pub struct Trivial;

#[async_trait]
impl Check for Trivial {
    async fn check(&self) -> Result<(), HealthError> {
        Ok(())
    }
}

impl State {
    /// Reads `live` or `check_fn-10`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "live" {
            return Some(Self::Live);
        }
        let (kind, number) = text.rsplit_once('-')?;
        let n = number.parse().ok()?;
        match kind {
            "check_fn" => Some(Self::CheckFn(n)),
            "async_trait" => Some(Self::AsyncTrait(n)),
            "cached" => Some(Self::Cached(n)),
            "background" => Some(Self::Background(n)),
            _ => None,
        }
    }

    /// Returns a registry whose endpoint is in this state. Background checks may not have run yet:
    /// [`settle`] waits for them.
    #[must_use]
    pub fn registry(self) -> Registry {
        match self {
            Self::Live => registry(0, || Trivial.into_registration()),
            Self::CheckFn(n) => registry(n, || check_fn(|| async { Ok(()) }).into_registration()),
            Self::AsyncTrait(n) => registry(n, || Trivial.into_registration()),
            Self::Cached(n) => registry(n, || Trivial.cache(HOUR)),
            Self::Background(n) => registry(n, || Trivial.every(HOUR)),
        }
    }
}

/// A registry whose endpoint has so many checks.
///
/// # Panics
/// If the registry is refused.
#[must_use]
pub fn registry(n: usize, check: impl Fn() -> Registration) -> Registry {
    let (builder, names) = checks(n, check);
    builder.readiness(ENDPOINT, names).build().expect("a valid registry")
}

/// So many checks, and their names.
pub fn checks(n: usize, check: impl Fn() -> Registration) -> (RegistryBuilder, Vec<String>) {
    let names: Vec<String> = (0..n).map(|i| format!("check-{i}")).collect();
    let builder = names.iter().fold(Registry::builder(), |b, name| b.check(name, check()));
    (builder, names)
}

/// Waits until the endpoint passes: the first runs of background checks are spread over seconds.
pub async fn settle(registry: &Registry) {
    while registry.respond(Request::new("GET", ENDPOINT)).await.code() != 200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Probes an endpoint whose answer is there at once.
///
/// # Panics
/// If it has to wait.
#[must_use]
pub fn probe(registry: &Registry, endpoint: &str) -> Answer {
    ready(registry.respond(Request::new("GET", endpoint)))
}

/// Polls once: nothing here has to wait.
///
/// # Panics
/// If the future is not ready.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it has to wait"),
    }
}
