use std::{borrow::Cow, error::Error, time::Duration};

use healthz_core::HealthError;
use tokio::time::timeout;

/// How long a check of this crate waits unless it says otherwise: 500 ms, which is less than an
/// endpoint's budget (800 ms), so that the check fails with its own text and cause.
pub const DEFAULT_WITHIN: Duration = Duration::from_millis(500);

pub(crate) type Cause = Box<dyn Error + Send + Sync>;

/// What a check asks, as its public texts call it, and how long it may take.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) noun: Cow<'static, str>,
    pub(crate) within: Duration,
}

impl Target {
    pub(crate) fn new(noun: &'static str) -> Self {
        Self { noun: noun.into(), within: DEFAULT_WITHIN }
    }

    /// Fails for want of an answer, or because of one.
    pub(crate) fn unreachable(&self, cause: impl Into<Cause>) -> HealthError {
        HealthError::new(format!("Can't reach {}", self.noun)).caused_by(cause)
    }

    /// Waits for an answer as long as the check may; none is as bad as an error.
    pub(crate) async fn reach<T, E>(
        &self,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, HealthError>
    where
        E: Into<Cause>,
    {
        self.bound(answer).await?.map_err(|error| self.unreachable(error))
    }

    /// Waits for anything as long as the check may.
    pub(crate) async fn bound<T>(&self, answer: impl Future<Output = T>) -> Result<T, HealthError> {
        timeout(self.within, answer).await.map_err(|_| self.unreachable(self.silence()))
    }

    /// The cause of a failure that nothing explains.
    pub(crate) fn silence(&self) -> String {
        format!("no answer within {:?}", self.within)
    }
}

/// The setters of every check that has a [`Target`], written once.
macro_rules! target_setters {
    () => {
        /// Bounds one run, connecting included. Default: 500 ms
        /// ([`DEFAULT_WITHIN`](crate::DEFAULT_WITHIN)).
        ///
        /// Keep it below the endpoint's budget (800 ms unless set): a longer one ends as `timed
        /// out`, with no cause in the log.
        #[must_use]
        pub fn within(mut self, bound: std::time::Duration) -> Self {
            self.target.within = bound;
            self
        }

        /// Says what the public texts call it, with its article: `the orders database` makes
        /// `Can't reach the orders database`. Every client can read it.
        #[must_use]
        pub fn noun(mut self, noun: impl Into<std::borrow::Cow<'static, str>>) -> Self {
            self.target.noun = noun.into();
            self
        }
    };
}

pub(crate) use target_setters;
