use std::{borrow::Cow, error::Error, fmt, iter};

/// Says that a check failed, and keeps apart what the world may read from what only the log may.
///
/// The public text is what [`HealthError::new`] or
/// [`or_unhealthy`](crate::OrUnhealthy::or_unhealthy) was given; it is sent to every client that asks.
/// The cause goes to the log and never to the wire: an error that came in through `?` has no public
/// text at all, and the client reads `The NAME check failed`.
///
/// Like `anyhow::Error`, it is not a [`std::error::Error`] itself, so that `?` takes every error.
///
/// ```
/// use healthz_core::HealthError;
///
/// fn parse(port: &str) -> Result<u16, HealthError> {
///     Ok(port.parse()?)
/// }
///
/// let error = parse("eighty").unwrap_err();
/// assert_eq!(error.public_text(), None);
/// assert_eq!(error.cause().unwrap().to_string(), "invalid digit found in string");
/// ```
pub struct HealthError {
    public: Option<Cow<'static, str>>,
    cause: Option<Box<dyn Error + Send + Sync>>,
    warning: bool,
}

impl HealthError {
    /// Creates an error whose text is public.
    ///
    /// The whole text is kept for the log; an answer cuts it so that the body stays under 8 KiB.
    #[must_use]
    pub fn new(public_text: impl Into<Cow<'static, str>>) -> Self {
        Self { public: Some(public_text.into()), cause: None, warning: false }
    }

    /// Creates a warning whose text is public: what was asked for works, but somebody should look.
    #[must_use]
    pub fn warn(public_text: impl Into<Cow<'static, str>>) -> Self {
        Self { warning: true, ..Self::new(public_text) }
    }

    /// Says whether this is a warning and not a failure.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.warning
    }

    /// Adds the cause, which is logged and never sent. It replaces an earlier cause.
    ///
    /// ```
    /// use healthz_core::HealthError;
    ///
    /// let error = HealthError::new("Can't read the queue").caused_by("403 from broker-7");
    /// assert_eq!(error.public_text(), Some("Can't read the queue"));
    /// ```
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Returns the text that clients may read, if the check gave one.
    #[must_use]
    pub fn public_text(&self) -> Option<&str> {
        self.public.as_deref()
    }

    /// Returns the error that caused this one.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }

    /// Writes the causes, outermost first, with `: ` between them. Many an error's own text ends with
    /// its source's; that is said once.
    pub(crate) fn chain(&self) -> String {
        let mut text = String::new();
        for cause in iter::successors(self.cause(), |&cause| cause.source()) {
            let cause = cause.to_string();
            if text.is_empty() {
                text = cause;
            } else if !text.ends_with(&cause) {
                text.extend([": ", &cause]);
            }
        }
        text
    }
}

impl fmt::Debug for HealthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthError")
            .field("public_text", &self.public)
            .field("cause", &self.cause)
            .field("warning", &self.warning)
            .finish()
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HealthError {
    fn from(cause: E) -> Self {
        Self { public: None, cause: Some(Box::new(cause)), warning: false }
    }
}

/// Turns the error into an ordinary one, so that it can be the cause of another.
impl From<HealthError> for Box<dyn Error + Send + Sync> {
    fn from(error: HealthError) -> Self {
        match error {
            HealthError { public: None, cause: Some(cause), .. } => cause,
            HealthError { public, cause, .. } => {
                Box::new(Layer { text: public.unwrap_or_default(), cause })
            }
        }
    }
}

#[derive(Debug)]
struct Layer {
    text: Cow<'static, str>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Layer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::or_unhealthy::OrUnhealthy;

    #[test]
    fn the_chain_names_every_cause_once() {
        let io = std::io::Error::other("socket closed");
        let inner: Result<(), _> = Err(io).or_unhealthy("Can't reach the broker");
        let outer = inner.or_unhealthy("Can't read the queue").unwrap_err();
        assert_eq!(outer.public_text(), Some("Can't read the queue"));
        assert_eq!(outer.chain(), "Can't reach the broker: socket closed");
    }

    #[test]
    fn a_cause_that_its_error_has_said_is_not_repeated() {
        let io = std::io::Error::other("socket closed");
        let driver = HealthError::new("driver: socket closed").caused_by(io);
        let error = HealthError::new("down").caused_by(driver);
        assert_eq!(error.chain(), "driver: socket closed");
    }

    #[test]
    fn a_question_mark_keeps_the_text_private() {
        let error = HealthError::from(std::io::Error::other("password=hunter2"));
        assert_eq!(error.public_text(), None);
        assert_eq!(error.chain(), "password=hunter2");
    }
}
