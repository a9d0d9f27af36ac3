use std::{error::Error, iter::successors};

use healthz_core::{Check, HealthError};

/// What a check said: its result, what everybody reads, and what only the log does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// `pass`, `warn` or `fail`.
    pub result: &'static str,
    /// What everybody may read.
    pub text: String,
    /// What only the log has.
    pub cause: String,
}

impl Told {
    /// Asserts the whole of it but the cause, and that this is somewhere in the cause.
    #[track_caller]
    pub fn is(&self, result: &str, text: &str, cause: &str) {
        assert_eq!((self.result, self.text.as_str()), (result, text), "{self:?}");
        assert!(self.cause.contains(cause), "{self:?} does not say `{cause}`");
    }

    /// Asserts that it passed.
    #[track_caller]
    pub fn passes(&self) {
        assert_eq!(self.result, "pass", "{self:?}");
    }
}

/// Runs a check once.
pub async fn ask(check: &impl Check) -> Told {
    match check.check().await {
        Ok(()) => Told { result: "pass", text: String::new(), cause: String::new() },
        Err(error) => Told {
            result: if error.is_warning() { "warn" } else { "fail" },
            text: error.public_text().unwrap_or_default().to_owned(),
            cause: chain(&error),
        },
    }
}

fn chain(error: &HealthError) -> String {
    let causes = successors(error.cause(), |&cause: &&dyn Error| cause.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
