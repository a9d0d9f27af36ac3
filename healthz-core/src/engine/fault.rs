use std::{borrow::Cow, sync::Arc, time::Duration};

use crate::check::health_error::HealthError;

/// What a run, or everything that is known of a check, comes to.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Pass,
    /// It works, but somebody should look.
    Warn(Fault),
    Fail(Fault),
}

/// Why a check counts as failed, or warns.
///
/// It holds texts of our own and no value of the user's, so it may be cloned, kept and dropped
/// anywhere, under a lock, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Error {
        public: Option<Arc<str>>,
        cause: Arc<str>,
    },
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
    /// Nobody who asks outside a tokio runtime can wait.
    NoRuntime,
}

impl Verdict {
    pub(crate) fn is_fail(&self) -> bool {
        matches!(self, Self::Fail(_))
    }

    /// What is wrong; `None` if it passes.
    pub(crate) fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Pass => None,
            Self::Warn(fault) | Self::Fail(fault) => Some(fault),
        }
    }

    /// Whether a reader of an answer sees no difference.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pass, Self::Pass) => true,
            (Self::Warn(one), Self::Warn(other)) | (Self::Fail(one), Self::Fail(other)) => {
                one.reads_like(other)
            }
            _ => false,
        }
    }
}

impl Fault {
    /// Takes down what an error says. Its code runs here, and nowhere else.
    pub(crate) fn of(error: &HealthError) -> Self {
        if error.is_not_run_yet() {
            return Self::NotRunYet;
        }
        let public = error.public_text().map(|text| cut(text).into());
        Self::Error { public, cause: error.causes().into() }
    }

    /// The text the check itself gave to the public.
    pub(crate) fn own_text(&self) -> Option<&str> {
        match self {
            Self::Error { public, .. } => public.as_deref(),
            _ => None,
        }
    }

    /// The text the public reads.
    pub(crate) fn public_text(&self, check: &str) -> Cow<'_, str> {
        match self.own_text() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(format!("The {check} check {}", self.predicate())),
        }
    }

    /// Whether the public reads the same.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        match (self.own_text(), other.own_text()) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.predicate() == other.predicate(),
            _ => false,
        }
    }

    /// What only the log may say.
    pub(crate) fn cause(&self) -> Cow<'_, str> {
        match self {
            Self::Error { cause, .. } => Cow::Borrowed(cause),
            Self::Panicked(message) => format!("panic: {message}").into(),
            Self::TimedOut(timeout) => {
                format!("no result within its timeout of {timeout:?}").into()
            }
            Self::Overdue => "no result within the endpoint's budget".into(),
            Self::NotRunYet => "no run has finished yet".into(),
            Self::Stale => "no run has finished within its maximum age".into(),
            Self::Abandoned => "the tokio runtime of the run was shut down".into(),
            Self::NoRuntime => {
                "the check was not ready at once and there is no tokio runtime to wait in".into()
            }
        }
    }

    fn predicate(&self) -> &'static str {
        match self {
            Self::Error { .. } | Self::Abandoned | Self::NoRuntime => "failed",
            Self::Panicked(_) => "panicked",
            Self::TimedOut(_) | Self::Overdue => "timed out",
            Self::NotRunYet => "has not run yet",
            Self::Stale => "is stale",
        }
    }
}

/// No answer is longer than 8 KiB, so neither need a text be.
fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(8 * 1024)).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or_default()]
}
