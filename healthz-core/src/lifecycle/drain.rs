use std::{env, time::Duration};

/// How long a registry goes on serving after readiness turned 503, unless its builder says
/// otherwise and if it runs in Kubernetes: 5 s.
///
/// A pod that ends is taken out of its services while its containers get SIGTERM, not before; new
/// connections come in until every node has heard of it.
pub const KUBERNETES_DRAIN_DELAY: Duration = Duration::from_secs(5);

/// How long holds may keep the drain from ending, from the end of the delay, unless the builder
/// says otherwise: 15 s.
///
/// With a delay of 5 s that leaves 10 s of Kubernetes' default `terminationGracePeriodSeconds` (30)
/// to the server's own stop, [`DEFAULT_STOP_LIMIT`].
pub const DEFAULT_HOLD_LIMIT: Duration = Duration::from_secs(15);

/// How long a server may take to stop, from the end of the drain, unless the builder says
/// otherwise: 10 s.
///
/// With the two above that is Kubernetes' default `terminationGracePeriodSeconds` of 30 s.
pub const DEFAULT_STOP_LIMIT: Duration = Duration::from_secs(10);

/// What bounds the end of the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drain {
    pub(crate) delay: Option<Duration>,
    pub(crate) hold_limit: Duration,
    pub(crate) stop_limit: Duration,
}

impl Default for Drain {
    fn default() -> Self {
        Self { delay: None, hold_limit: DEFAULT_HOLD_LIMIT, stop_limit: DEFAULT_STOP_LIMIT }
    }
}

impl Drain {
    /// The delay where the process runs.
    pub(crate) fn delay_here(self) -> Duration {
        // An empty variable is what is left of one that somebody took back.
        let host = env::var_os("KUBERNETES_SERVICE_HOST");
        self.delay(host.is_some_and(|host| !host.is_empty()))
    }

    /// The delay inside or outside Kubernetes.
    pub(crate) fn delay(self, in_kubernetes: bool) -> Duration {
        let default = if in_kubernetes { KUBERNETES_DRAIN_DELAY } else { Duration::ZERO };
        self.delay.unwrap_or(default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_is_five_seconds_in_kubernetes_and_none_elsewhere() {
        let drain = Drain::default();
        assert_eq!(drain.delay(true), Duration::from_secs(5));
        assert_eq!(drain.delay(false), Duration::ZERO);
    }

    #[test]
    fn a_delay_that_was_asked_for_holds_everywhere() {
        let drain = Drain { delay: Some(Duration::from_secs(3)), ..Drain::default() };
        assert_eq!(drain.delay(true), Duration::from_secs(3));
        assert_eq!(drain.delay(false), Duration::from_secs(3));
    }
}
