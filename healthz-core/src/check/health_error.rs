use std::{
    borrow::Cow,
    error::Error,
    fmt::{self, Write},
    sync::Arc,
};

use crate::support::contain::contain;

/// Says that a check failed or warns, and keeps apart what the world may read from what only the
/// log may.
///
/// The public text is what [`HealthError::new`] or
/// [`or_unhealthy`](crate::OrUnhealthy::or_unhealthy) was given; it is sent to every client that
/// asks. The cause goes to the log and never to the wire: an error that came in through `?` has no
/// public text at all, and the client reads `The NAME check failed`.
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
///
/// # What the compiler does not take
///
/// A text is not made an error by `into`, because nothing would say whether it may be read by the
/// world:
///
/// ```compile_fail
/// # use healthz_core::HealthError;
/// fn check() -> Result<(), HealthError> {
///     // Write `Err(HealthError::new("The queue is full"))` instead.
///     Err("The queue is full".into())
/// }
/// ```
///
/// `anyhow::Error` and `Box<dyn Error>` are no errors of the standard library's trait either, so
/// `?` does not take them. [`or_unhealthy`](crate::OrUnhealthy::or_unhealthy) does, and so does
/// [`caused_by`](Self::caused_by):
///
/// ```compile_fail
/// # use healthz_core::HealthError;
/// # fn ask() -> Result<(), Box<dyn std::error::Error + Send + Sync>> { Ok(()) }
/// fn check() -> Result<(), HealthError> {
///     // Write `ask().or_unhealthy("Can't ask the queue")?` instead.
///     Ok(ask()?)
/// }
/// ```
pub struct HealthError {
    public: Option<Cow<'static, str>>,
    cause: Option<Box<dyn Error + Send + Sync>>,
    kind: Kind,
}

/// What a result counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Failed,
    Warning,
    /// Nobody has said anything yet.
    NotRunYet,
}

impl HealthError {
    /// Creates an error whose text is public.
    ///
    /// An answer cuts the text so that the body stays under 8 KiB, and a line of the log after
    /// 2 KiB.
    #[must_use]
    pub fn new(public_text: impl Into<Cow<'static, str>>) -> Self {
        Self { public: Some(public_text.into()), cause: None, kind: Kind::Failed }
    }

    /// Creates a warning: the check works, but somebody should look.
    ///
    /// The check counts as passed: its endpoint stays 200 with the title `OK`, thresholds take it
    /// for a pass. Its status is [`Status::Warn`](crate::Status::Warn); the detailed report shows
    /// the public text, and the log and the listeners are told when it begins and when it is over.
    /// A cause is private, as an error's is. If the warning becomes the cause of another error,
    /// that one fails.
    ///
    /// ```
    /// use healthz_core::{HealthError, Registry, Status, check_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let disk = check_fn(|| async { Err(HealthError::warn("The disk is 91 % full")) });
    /// let registry = Registry::builder().readiness("ready", disk).build()?;
    ///
    /// let report = registry.report("ready").await.ok_or("no such endpoint")?;
    /// assert_eq!((report.code(), report.title()), (200, "OK"));
    /// assert_eq!(report.checks()[0].status(), Status::Warn);
    /// assert_eq!(report.checks()[0].text(), Some("The disk is 91 % full"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn warn(public_text: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: Kind::Warning, ..Self::new(public_text) }
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

    /// Tells whether it only warns; see [`warn`](Self::warn).
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.kind == Kind::Warning
    }

    /// A pushed check that nobody has pushed yet; the engine has the text.
    pub(crate) fn not_run_yet() -> Self {
        Self { public: None, cause: None, kind: Kind::NotRunYet }
    }

    pub(crate) fn is_not_run_yet(&self) -> bool {
        self.kind == Kind::NotRunYet
    }

    /// The same error once more.
    pub(crate) fn shared(error: &Arc<Self>) -> Self {
        let cause = error.cause.is_some().then(|| SharedCause(error.clone()));
        Self { public: error.public.clone(), cause: cause.map(Into::into), kind: error.kind }
    }

    /// Writes the causes, outermost first, with `: ` between them. Many an error's own text ends
    /// with its source's; that is said once.
    ///
    /// All of this is code of the user's: it may panic, fail, have no end and write without end.
    pub(crate) fn causes(&self) -> String {
        let mut all = Bounded::default();
        let mut next = self.cause();
        for _ in 0..MOST_CAUSES {
            let Some(cause) = next else { break };
            let mut text = Bounded::default();
            let shown = contain(|| write!(text, "{cause}"));
            let text_is_full = text.is_full;
            let text = match shown {
                Ok(Ok(())) => &*text.written,
                _ if text_is_full => &*text.written,
                _ => UNSHOWN,
            };
            if all.written.is_empty() {
                let _ = all.write_str(text);
            } else if !all.written.ends_with(text) {
                let _ = all.write_str(": ").and_then(|()| all.write_str(text));
            }
            all.is_full |= text_is_full;
            if all.is_full {
                break;
            }
            next = contain(|| cause.source()).unwrap_or_default();
        }
        if all.is_full {
            all.written.push_str("...");
        }
        all.written
    }
}

/// How many causes are shown, and how many bytes of them.
const MOST_CAUSES: usize = 32;
const MOST_BYTES: usize = 8 * 1024 - 3;

/// What is shown of a cause whose own code panics or fails.
const UNSHOWN: &str = "the cause cannot be shown";

/// Takes so much text and no more.
#[derive(Default)]
struct Bounded {
    written: String,
    is_full: bool,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MOST_BYTES - self.written.len();
        if text.len() <= room {
            self.written.push_str(text);
            return Ok(());
        }
        let end = (0..=room).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default();
        self.written.push_str(&text[..end]);
        self.is_full = true;
        Err(fmt::Error)
    }
}

impl fmt::Debug for HealthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthError")
            .field("public_text", &self.public)
            .field("cause", &self.cause)
            .field("kind", &self.kind)
            .finish()
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HealthError {
    fn from(cause: E) -> Self {
        Self { public: None, cause: Some(Box::new(cause)), kind: Kind::Failed }
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

/// The cause of an error that is kept for further runs.
#[derive(Debug)]
struct SharedCause(Arc<HealthError>);

impl fmt::Display for SharedCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.cause.as_ref().map_or(Ok(()), |cause| cause.fmt(f))
    }
}

impl Error for SharedCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.as_ref()?.source()
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
        assert_eq!(outer.causes(), "Can't reach the broker: socket closed");
    }

    #[derive(Debug)]
    struct Endless;

    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            loop {
                f.write_str("0123456789")?;
            }
        }
    }

    impl Error for Endless {}

    #[test]
    fn a_cause_without_end_is_cut_at_8_kib() {
        let causes = HealthError::new("down").caused_by(Endless).causes();
        assert!(causes.starts_with("0123456789") && causes.ends_with("678..."));
        assert_eq!(causes.len(), MOST_BYTES + 3);
        let outer = HealthError::new("outer").caused_by(Endless);
        let causes = HealthError::new("down").caused_by(outer).causes();
        assert!(causes.starts_with("outer: 0123456789"));
        assert_eq!(causes.len(), MOST_BYTES + 3);
    }

    #[test]
    fn a_cause_that_its_error_has_said_is_not_repeated() {
        let io = std::io::Error::other("socket closed");
        let driver = HealthError::new("driver: socket closed").caused_by(io);
        let error = HealthError::new("down").caused_by(driver);
        assert_eq!(error.causes(), "driver: socket closed");
    }

    #[test]
    fn a_question_mark_keeps_the_text_private() {
        let error = HealthError::from(std::io::Error::other("password=hunter2"));
        assert_eq!(error.public_text(), None);
        assert_eq!(error.causes(), "password=hunter2");
    }
}
