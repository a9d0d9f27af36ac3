use std::time::Duration;

use crate::check::{Check, registration::Registration, switch::Switch};

/// What a registry takes for a check, and how the engine treats it.
///
/// Works on every [`Check`](crate::Check) and on a [`Registration`], so setters chain. None of them
/// panics; a value that makes no sense comes back from [`build`](crate::RegistryBuilder::build).
///
/// ```
/// use std::time::Duration;
/// use healthz_core::{CheckExt, Registry, check_fn};
///
/// let search = check_fn(|| async { Ok(()) }).optional().timeout(Duration::from_millis(200));
/// assert!(Registry::builder().endpoint("ready", search).build().is_ok());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a health check",
    label = "not a check",
    note = "an async function or closure becomes one through `check_fn(|| async {{ .. }})`, with a client of \
            its own through `check_with(client, async |client| ..)`, and work that blocks its thread \
            through `check_blocking`",
    note = "a type becomes one through `#[async_trait] impl Check for ..`; a client of sqlx, redis and \
            others through `healthz_checks::ping`"
)]
pub trait CheckExt: Sized {
    /// Makes a registration of it, with the settings that it has by now.
    #[must_use]
    fn into_registration(self) -> Registration;

    /// Makes the check's failure a warning: the endpoint stays 200 with the title `OK`, and the
    /// detailed report and the log say what failed. Default: required.
    #[must_use]
    fn optional(self) -> Registration {
        with(self, |registration| registration.config.optional = Some(true))
    }

    /// Bounds one run of the check, from its start; the run is abandoned when it is over, and
    /// counts as failed. Default: 5 s ([`DEFAULT_TIMEOUT`](crate::DEFAULT_TIMEOUT)). Must not be
    /// zero.
    #[must_use]
    fn timeout(self, timeout: Duration) -> Registration {
        with(self, |registration| registration.config.timeout = Some(timeout))
    }

    /// Serves a finished result again for this long after the run ended, failures included unless
    /// [`cache_failures`](Self::cache_failures) says otherwise. Must not be zero, and not go with
    /// [`every`](Self::every). Default: the registry's
    /// ([`RegistryBuilder::cache`](crate::RegistryBuilder::cache)), where no result is served
    /// twice.
    ///
    /// When the time is over, the next probe waits for a run as if there were no cache; a check
    /// that is slower than the budget is better run in the background.
    #[must_use]
    fn cache(self, ttl: Duration) -> Registration {
        with(self, |registration| registration.config.cache = Some(ttl.into()))
    }

    /// Serves a failed result again for this long after the run ended, instead of the time given to
    /// [`cache`](Self::cache). Zero asks a failing check again on every probe. Must not go with
    /// [`every`](Self::every). Default: the same as `cache`.
    #[must_use]
    fn cache_failures(self, ttl: Duration) -> Registration {
        with(self, |registration| registration.config.cache_failures = Some(ttl.into()))
    }

    /// Serves no result twice, whatever the registry's default is
    /// ([`RegistryBuilder::cache`](crate::RegistryBuilder::cache)). Default: as the registry says.
    #[must_use]
    fn fresh(self) -> Registration {
        with(self, |registration| {
            registration.config.cache = Some(Switch::Off);
            registration.config.cache_failures = Some(Switch::Off);
        })
    }

    /// Runs the check in the background, at once and then this long after each start (plus up to
    /// 10 %, so that many replicas do not ask a dependency in step), never overlapping; probes only
    /// read the last result. If a registry has more than 16 such checks, their first runs are
    /// spread over 3 s, or over the interval if that is shorter. Before the first result the check
    /// fails, `has not run yet`; [`Registry::first_results`](crate::Registry::first_results) waits
    /// for it. Must not be zero. Default: a check runs when it is asked for.
    #[must_use]
    fn every(self, interval: Duration) -> Registration {
        with(self, |registration| registration.config.every = Some(interval.into()))
    }

    /// Bounds the age of a background result, from the end of its run: an older one counts as
    /// failed, `is stale`. Only with [`every`](Self::every), and at least 1.1 intervals and the
    /// [`timeout`](Self::timeout): a younger result may be the last one although all is well.
    /// Default: three intervals and the timeout, so that two runs in a row may be lost before it
    /// shows.
    #[must_use]
    fn max_age(self, age: Duration) -> Registration {
        with(self, |registration| registration.config.max_age = Some(age.into()))
    }

    /// Lets a passing check turn to failing only after this many failed results in a row. The first
    /// result of all counts at once. Default: 1. Must not be 0.
    #[must_use]
    fn fail_after(self, results: u32) -> Registration {
        with(self, |registration| registration.config.fail_after = Some(results))
    }

    /// Lets a failing check turn to passing only after this many passed results in a row. The first
    /// result of all counts at once. Default: 1. Must not be 0.
    #[must_use]
    fn recover_after(self, results: u32) -> Registration {
        with(self, |registration| registration.config.recover_after = Some(results))
    }
}

impl CheckExt for Registration {
    fn into_registration(self) -> Registration {
        self
    }
}

// So that the compiler says what is no check, and not of which trait.
#[diagnostic::do_not_recommend]
impl<C: Check> CheckExt for C {
    fn into_registration(self) -> Registration {
        Registration::new(self)
    }
}

fn with(check: impl CheckExt, set: impl FnOnce(&mut Registration)) -> Registration {
    let mut registration = check.into_registration();
    set(&mut registration);
    registration
}
