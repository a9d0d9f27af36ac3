use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use crate::wire::request::Request;

/// Who may see more than the status: names of checks, public texts, durations, history.
///
/// One gate before every view and also before the default answer: where details may not be seen, a
/// failing endpoint's title is `Service Unavailable`. Causes and panics are shown to nobody.
///
/// ```
/// use healthz_core::{Details, HealthError, Registry, adapter::Request};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let down = || Err(HealthError::new("the disk is full"));
/// let builder = Registry::builder().readiness("ready", down).details(Details::Never);
/// let answer = builder.build()?.respond(Request::new("GET", "ready")).await;
/// assert_eq!(answer.body(), r#"{"status": 503, "title": "Service Unavailable"}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Details {
    /// Nobody: every view has the status alone, and the metrics have no check in them.
    Never,
    /// Everybody. The default.
    #[default]
    Always,
    /// Whoever the function says, made by [`Details::hook`].
    Hook(DetailsHook),
}

/// Decides by the header fields of a request; see [`Details::hook`].
#[derive(Clone)]
pub struct DetailsHook(Arc<dyn Fn(&RequestHeaders<'_>) -> bool + Send + Sync>);

/// The header fields of a request that somebody decides about.
#[derive(Clone, Copy)]
pub struct RequestHeaders<'a>(&'a dyn Fn(&str) -> Option<&'a [u8]>);

impl Details {
    /// Decides per request, by its header fields: a token, or what a proxy in front says.
    ///
    /// The function is asked at most once per request, and only if there is something to hide. It
    /// must not block, because the answer waits for it. A panic in it means no.
    ///
    /// Compare a secret in constant time, so that the time of the answer does not tell how much of
    /// a guess was right:
    ///
    /// ```
    /// use healthz_core::{Details, Registry, adapter::Request, check_fn, HealthError};
    ///
    /// /// Looks at every byte, whatever the first ones are.
    /// fn same(one: &[u8], other: &[u8]) -> bool {
    ///     let differences = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    ///     one.len() == other.len() && std::hint::black_box(differences) == 0
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), healthz_core::RegistryError> {
    /// let details = Details::hook(|headers| {
    ///     headers.get("authorization").is_some_and(|given| same(given, b"Bearer secret"))
    /// });
    /// let down = check_fn(|| async { Err(HealthError::new("the disk is full")) });
    /// let registry = Registry::builder().endpoint("ready", down).details(details).build()?;
    ///
    /// let stranger = registry.respond(Request::new("GET", "ready")).await;
    /// assert_eq!(stranger.body(), r#"{"status": 503, "title": "Service Unavailable"}"#);
    ///
    /// let token = |name: &str| (name == "authorization").then_some(&b"Bearer secret"[..]);
    /// let operator = registry.respond(Request::new("GET", "ready").headers(&token)).await;
    /// assert_eq!(operator.body(), r#"{"status": 503, "title": "the disk is full"}"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn hook(allow: impl Fn(&RequestHeaders<'_>) -> bool + Send + Sync + 'static) -> Self {
        Self::Hook(DetailsHook(Arc::new(allow)))
    }

    /// Whether this request may see details.
    pub(crate) fn are_for(&self, request: &Request<'_>) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Hook(DetailsHook(allow)) => {
                let headers = RequestHeaders(request.header);
                match catch_unwind(AssertUnwindSafe(|| allow(&headers))) {
                    Ok(allowed) => allowed,
                    Err(payload) => {
                        discard(payload);
                        false
                    }
                }
            }
        }
    }
}

/// Drops what a panic of a user's threw, whose own drop may panic.
fn discard(payload: Box<dyn std::any::Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
    tracing::error!(target: "healthz", "the details hook panicked");
}

impl RequestHeaders<'_> {
    /// Returns the value of the first field of this name, which is in lower case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        (self.0)(name)
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Never => "Never",
            Self::Always => "Always",
            Self::Hook(_) => "Hook(..)",
        })
    }
}

impl fmt::Debug for DetailsHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetailsHook").finish_non_exhaustive()
    }
}

impl fmt::Debug for RequestHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names and values may be secrets.
        f.debug_struct("RequestHeaders").finish_non_exhaustive()
    }
}
