//! What the probed endpoint looks at.

use std::time::Duration;

use healthz_core::{Check, CheckExt, HealthError, Registration, Registry, async_trait};

/// The path that every server answers, with us and without.
pub const PATH: &str = "/healthz/probe";

/// The last segment of [`PATH`].
pub const ENDPOINT: &str = "probe";

const HOUR: Duration = Duration::from_secs(3600);

/// What the probed endpoint looks at.
#[derive(Debug, Clone, Copy)]
pub enum State {
    /// Nothing: a liveness endpoint without checks.
    Live,
    /// So many async checks that are ready at once.
    Fresh(usize),
    /// So many checks that are cached.
    Cached(usize),
    /// So many checks that run in the background.
    Background(usize),
}

struct Trivial;

#[async_trait]
impl Check for Trivial {
    async fn check(&self) -> Result<(), HealthError> {
        Ok(())
    }
}

impl State {
    /// Reads `live` or `fresh-10`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split('-');
        let kind = words.next()?;
        let numbers: Vec<usize> = words.filter_map(|word| word.parse().ok()).collect();
        match (kind, &numbers[..]) {
            ("live", []) => Some(Self::Live),
            ("fresh", &[n]) => Some(Self::Fresh(n)),
            ("cached", &[n]) => Some(Self::Cached(n)),
            ("background", &[n]) => Some(Self::Background(n)),
            _ => None,
        }
    }

    /// Returns a registry whose endpoint is in this state.
    #[must_use]
    pub fn registry(self) -> Registry {
        match self {
            Self::Live => registry(0, || Trivial.into_registration()),
            Self::Fresh(n) => registry(n, || Trivial.into_registration()),
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
    let names: Vec<String> = (0..n).map(|i| format!("check-{i}")).collect();
    let builder = names.iter().fold(Registry::builder(), |b, name| b.check(name, check()));
    builder.readiness(ENDPOINT, names).build().expect("a valid registry")
}
