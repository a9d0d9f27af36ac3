//! What a check is: the trait, what makes one, the error it fails with and the settings that go
//! with it.

pub(crate) mod check_blocking;
pub(crate) mod check_config;
pub(crate) mod check_ext;
pub(crate) mod check_fn;
pub(crate) mod health_error;
pub(crate) mod heartbeat;
pub(crate) mod or_unhealthy;
pub(crate) mod policy;
pub(crate) mod registration;
pub(crate) mod reused_run;
pub(crate) mod switch;

use std::{pin::Pin, sync::Arc};

use async_trait::async_trait;

use crate::check::{health_error::HealthError, reused_run::ReusedRun};

/// Answers one question about the service: can it reach, read or do a thing it needs?
///
/// Implement it with [`async_trait`](macro@crate::async_trait). A plain function or closure that
/// returns `Result<(), HealthError>` is a check too, and so are `Arc<C>` and `Box<dyn Check>`.
/// Async closures go through [`check_fn`](crate::check_fn()), work that blocks its thread through
/// [`check_blocking`](crate::check_blocking()).
///
/// A check has no name of its own: the name belongs to its registration, so that one type can be
/// registered twice.
///
/// ```
/// use healthz_core::{Check, HealthError, OrUnhealthy, async_trait};
///
/// struct DataDirectory(std::path::PathBuf);
///
/// #[async_trait]
/// impl Check for DataDirectory {
///     async fn check(&self) -> Result<(), HealthError> {
///         tokio::fs::metadata(&self.0).await.or_unhealthy("The data directory is gone")?;
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let missing = DataDirectory("/nowhere/at/all".into());
/// let error = missing.check().await.unwrap_err();
/// assert_eq!(error.public_text(), Some("The data directory is gone"));
/// # }
/// ```
///
/// # A run
///
/// The engine has at most one run of a check outstanding, and whoever asks meanwhile joins it: a
/// run belongs to no request. It abandons a run (drops its future) after the check's
/// [`timeout`](crate::CheckExt::timeout). It polls a run first on the task of whoever asks, and
/// moves it to a task of its own if it is not ready at once. So a run
///
/// - must not block its thread: let it await, or use [`check_blocking`](crate::check_blocking());
/// - logs in no span of the prober's: a span that names what it does is its own to enter
///   (`#[tracing::instrument]`);
/// - must not read task-locals or thread-locals of its caller: at the first poll they are those of
///   whichever prober came first, and later those of nobody.
///
/// A panic in a run is a failure of that check alone: its probes read `The NAME check panicked`,
/// and the message goes to the log. One in a destructor or in an error's `Display` is contained,
/// too. That and everything else that is promised of panics needs `panic = "unwind"`, the default;
/// with `panic = "abort"` a panic ends the process, as anywhere else.
///
/// # A registry in its own check
///
/// A check that holds the [`Registry`](crate::Registry) it is registered in keeps it and its
/// background runs alive for ever. Let it hold a [`WeakRegistry`](crate::WeakRegistry), whose page
/// has the example.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a health check",
    label = "not a check",
    note = "an async function or closure becomes one through `check_fn` or `check_with`, a type through \
            `#[async_trait] impl Check for ..`"
)]
#[async_trait]
pub trait Check: Send + Sync + 'static {
    /// Runs the check once.
    ///
    /// # Errors
    /// A [`HealthError`] says that the check failed. Its public text is sent to whoever asks; its
    /// cause is only logged.
    async fn check(&self) -> Result<(), HealthError>;

    /// Makes what the engine runs the check in.
    #[doc(hidden)]
    fn __run(self: Arc<Self>) -> ReusedRun {
        ReusedRun::of_borrowed(self, |check| check.check())
    }
}

// So that the compiler says what a check is, and not that a pool is no `Fn`.
#[diagnostic::do_not_recommend]
#[async_trait]
impl<F> Check for F
where
    F: Fn() -> Result<(), HealthError> + Send + Sync + 'static,
{
    async fn check(&self) -> Result<(), HealthError> {
        self()
    }

    fn __run(self: Arc<Self>) -> ReusedRun {
        ReusedRun::of_function(self)
    }
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), HealthError>> + Send + 'a>>;

// Written out instead of `#[async_trait]`, which would box the boxed future a second time.
impl<C: Check + ?Sized> Check for Arc<C> {
    fn check<'s, 'f>(&'s self) -> Running<'f>
    where
        's: 'f,
        Self: 'f,
    {
        (**self).check()
    }

    fn __run(self: Arc<Self>) -> ReusedRun {
        (*self).clone().__run()
    }
}

impl Check for Box<dyn Check> {
    fn check<'s, 'f>(&'s self) -> Running<'f>
    where
        's: 'f,
        Self: 'f,
    {
        (**self).check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Result<(), HealthError> {
        Err(HealthError::new("plain"))
    }

    async fn text(check: impl Check) -> Option<String> {
        check.check().await.err()?.public_text().map(str::to_owned)
    }

    #[tokio::test]
    async fn functions_closures_and_pointers_are_checks() {
        let boxed: Box<dyn Check> = Box::new(plain);
        let shared: Arc<dyn Check> = Arc::new(plain);
        assert_eq!(text(plain).await.as_deref(), Some("plain"));
        assert_eq!(text(|| Err(HealthError::new("closure"))).await.as_deref(), Some("closure"));
        assert_eq!(text(boxed).await.as_deref(), Some("plain"));
        assert_eq!(text(shared).await.as_deref(), Some("plain"));
    }
}
