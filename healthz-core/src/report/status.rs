use std::fmt;

use serde::Serialize;

/// How a check or an endpoint stands.
///
/// In the order from the best to the worst. Exhaustive on purpose: pass, warn and fail are the
/// whole vocabulary of the field.
///
/// ```
/// use healthz_core::Status;
///
/// assert!(Status::Pass < Status::Warn && Status::Warn < Status::Fail);
/// assert_eq!(Status::Warn.to_string(), "warn");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All is well.
    Pass,
    /// Something optional failed; an endpoint still answers 200.
    Warn,
    /// Something required failed; an endpoint answers 503.
    Fail,
}

impl Status {
    /// Tells whether it is [`Status::Pass`].
    #[must_use]
    pub fn is_pass(self) -> bool {
        self == Self::Pass
    }

    /// Tells whether it is [`Status::Warn`].
    #[must_use]
    pub fn is_warn(self) -> bool {
        self == Self::Warn
    }

    /// Tells whether it is [`Status::Fail`].
    #[must_use]
    pub fn is_fail(self) -> bool {
        self == Self::Fail
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        })
    }
}
