use std::time::Duration;

use crate::check::{check_config::CheckConfig, switch::Switch};

/// How long one run of a check may take unless it says otherwise: 5 s. It is longer than the budget
/// on purpose: a slow run is reported as timed out and still finishes for whoever asks next.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// The part of its interval by which the next run of a background check may be later.
pub(crate) const JITTER: u32 = 10;

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

impl Policy {
    /// Makes settings definite: what they leave out becomes the default, in the settings as well.
    pub(crate) fn resolve(config: &mut CheckConfig) -> Self {
        let on = |switch: Option<Switch>| switch.and_then(Switch::duration);
        Self {
            optional: *config.optional.get_or_insert(false),
            timeout: *config.timeout.get_or_insert(DEFAULT_TIMEOUT),
            cache: on(config.cache),
            cache_failures: on(config.cache_failures),
            every: on(config.every),
            max_age: on(config.max_age),
            fail_after: *config.fail_after.get_or_insert(1),
            recover_after: *config.recover_after.get_or_insert(1),
        }
    }

    /// Whether a finished result is ever served again.
    pub(crate) fn keeps_results(&self) -> bool {
        self.every.is_some() || self.cache.is_some() || self.cache_failures.is_some()
    }

    /// How old the result of a background check may be when the next one comes: the interval with
    /// all of its jitter, and a run that takes its whole timeout.
    pub(crate) fn least_age(&self, every: Duration) -> Duration {
        every.saturating_add(every / JITTER).saturating_add(self.timeout)
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
