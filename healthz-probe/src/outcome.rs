use std::fmt;

/// What an endpoint answered.
///
/// It is displayed as the title of the answer, or as `status 404` where there is none.
///
/// ```no_run
/// let outcome = healthz_probe::Probe::new("127.0.0.1:8000").endpoint("live").run()?;
/// assert!(outcome.is_healthy());
/// assert_eq!((outcome.status(), outcome.title()), (200, Some("OK")));
/// assert_eq!(outcome.to_string(), "OK");
/// # Ok::<(), healthz_probe::ProbeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub(crate) status: u16,
    pub(crate) title: Option<String>,
}

impl Outcome {
    /// Returns whether the status is 200. No other one is healthy: not 204, and no redirect.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.status == 200
    }

    /// Returns the status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the `title` of the JSON that was answered, as it was sent.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.title {
            Some(title) => f.write_str(title),
            None => write!(f, "status {}", self.status),
        }
    }
}
