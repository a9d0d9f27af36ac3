use std::{fmt, sync::Arc};

use async_trait::async_trait;

use crate::check::{Check, health_error::HealthError, reused_run::ReusedRun};

/// Makes a check of an async closure or function.
///
/// A closure that owns a client makes a clone of it for every run, or leaves that to
/// [`check_with`](crate::check_with()):
///
/// ```
/// use healthz_core::{OrUnhealthy, Registry, check_fn};
/// use tokio::sync::mpsc;
///
/// let (jobs, queue) = mpsc::channel::<u32>(1);
/// let room = check_fn(move || {
///     let jobs = jobs.clone();
///     async move {
///         jobs.reserve().await.or_unhealthy("Nobody takes jobs")?;
///         Ok(())
///     }
/// });
/// let registry = Registry::builder().readiness("ready", room).build();
/// assert!(registry.is_ok());
/// ```
///
/// # What the compiler does not take
///
/// A run may outlive the probe that began it, so its future borrows nothing, not even from the
/// closure:
///
/// ```compile_fail
/// # let (jobs, _queue) = tokio::sync::mpsc::channel::<u32>(1);
/// // `async move ||` lends what it owns. Write `check_with(jobs, async |jobs| ..)` instead.
/// healthz_core::check_fn(async move || {
///     jobs.reserve().await?;
///     Ok(())
/// });
/// ```
pub fn check_fn<F, Fut>(function: F) -> CheckFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HealthError>> + Send + 'static,
{
    CheckFn(function)
}

/// Makes a check of an async closure that is given a client of its own: a clone of `client` for
/// every run.
///
/// The natural form for whatever a check asks through: a pool, a connection manager, a sender.
/// Their clones are cheap and the same client.
///
/// ```
/// use healthz_core::{OrUnhealthy, Registry, check_with};
/// use tokio::sync::mpsc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), healthz_core::RegistryError> {
/// let (jobs, queue) = mpsc::channel::<u32>(1);
/// let room = check_with(jobs, async |jobs| {
///     jobs.reserve().await.or_unhealthy("Nobody takes jobs")?;
///     Ok(())
/// });
/// let registry = Registry::builder().readiness("ready", room).build()?;
/// assert_eq!(registry.report("ready").await.map(|report| report.code()), Some(200));
/// drop(queue);
/// assert_eq!(registry.report("ready").await.map(|report| report.code()), Some(503));
/// # Ok(())
/// # }
/// ```
pub fn check_with<C, F, Fut>(client: C, function: F) -> CheckFn<impl Fn() -> Fut + Send + Sync>
where
    C: Clone + Send + Sync + 'static,
    F: Fn(C) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HealthError>> + Send + 'static,
{
    check_fn(move || function(client.clone()))
}

/// A check made of an async closure; see [`check_fn`](crate::check_fn()).
#[derive(Clone)]
pub struct CheckFn<F>(F);

impl<F> fmt::Debug for CheckFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckFn")
    }
}

#[async_trait]
impl<F, Fut> Check for CheckFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HealthError>> + Send + 'static,
{
    async fn check(&self) -> Result<(), HealthError> {
        (self.0)().await
    }

    fn __run(self: Arc<Self>) -> ReusedRun {
        ReusedRun::of_futures(move || (self.0)())
    }
}
