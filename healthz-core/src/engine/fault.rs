use std::{borrow::Cow, sync::Arc, time::Duration};

use crate::check::health_error::HealthError;

/// What a check came to: passed, or why not.
pub(crate) type Verdict = Result<(), Fault>;

/// Why a check counts as failed.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    Error(Arc<HealthError>),
    Panicked(Arc<str>),
    /// The run was abandoned after the check's timeout.
    TimedOut(Duration),
    /// The endpoint's budget was over; the run goes on.
    Overdue,
    /// A background check without a result.
    NotRunYet,
    /// A background result older than its maximum age.
    Stale,
    /// Every runtime that began a run went away.
    Abandoned,
}

impl Fault {
    /// The text the check itself gave to the public.
    pub(crate) fn own_text(&self) -> Option<&str> {
        match self {
            Self::Error(error) => error.public_text(),
            _ => None,
        }
    }

    /// The text the public reads.
    pub(crate) fn public_text(&self, check: &str) -> Cow<'_, str> {
        let what = match self {
            Self::Error(error) => match error.public_text() {
                Some(text) => return Cow::Borrowed(text),
                None => "failed",
            },
            Self::Panicked(_) => "panicked",
            Self::TimedOut(_) | Self::Overdue => "timed out",
            Self::NotRunYet => "has not run yet",
            Self::Stale => "is stale",
            Self::Abandoned => "failed",
        };
        Cow::Owned(format!("The {check} check {what}"))
    }

    /// What only the log may say.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Error(error) => error.chain(),
            Self::Panicked(message) => format!("panic: {message}"),
            Self::TimedOut(timeout) => format!("no result within its timeout of {timeout:?}"),
            Self::Overdue => "no result within the endpoint's budget".into(),
            Self::NotRunYet => "no run has finished yet".into(),
            Self::Stale => "no run has finished within its maximum age".into(),
            Self::Abandoned => "the tokio runtime of the run was shut down".into(),
        }
    }
}
