use std::time::Duration;

/// How long one run of a check may take unless it says otherwise: 5 s. It is longer than the budget
/// on purpose: a slow run is reported as timed out and still finishes for whoever asks next.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// How the engine treats one check; see [`CheckExt`](crate::CheckExt) for what each part means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) optional: bool,
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<Duration>,
    pub(crate) cache_failures: Option<Duration>,
    pub(crate) every: Option<Duration>,
    pub(crate) max_age: Option<Duration>,
    pub(crate) fail_after: u32,
    pub(crate) recover_after: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            optional: false,
            timeout: DEFAULT_TIMEOUT,
            cache: None,
            cache_failures: None,
            every: None,
            max_age: None,
            fail_after: 1,
            recover_after: 1,
        }
    }
}

impl Policy {
    /// Whether a finished result is ever served again.
    pub(crate) fn keeps_results(&self) -> bool {
        self.every.is_some() || self.cache.is_some() || self.cache_failures.is_some()
    }

    /// How long a finished result is served, zero for not at all.
    pub(crate) fn keep(&self, passed: bool) -> Duration {
        if let Some(every) = self.every {
            return self
                .max_age
                .unwrap_or_else(|| every.saturating_mul(3).saturating_add(self.timeout));
        }
        let kept = if passed { self.cache } else { self.cache_failures.or(self.cache) };
        kept.unwrap_or_default()
    }
}
