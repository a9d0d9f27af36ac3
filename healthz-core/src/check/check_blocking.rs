use std::{fmt, panic::resume_unwind, sync::Arc};

use async_trait::async_trait;
use tokio::{
    runtime::Handle,
    sync::Semaphore,
    task::{JoinError, spawn_blocking},
};

use crate::check::{Check, health_error::HealthError};

/// Makes a check of a function that blocks its thread: a synchronous client, a file lock, a `stat`
/// on a network share.
///
/// It runs on a thread of tokio's blocking pool. A thread cannot be interrupted, so a function that
/// outlives the check's timeout keeps its thread; until it returns, the check has no second one,
/// and its further runs wait for it (and time out like any other).
///
/// A tokio runtime waits for its blocking threads when it is dropped: give the function a timeout
/// of its own where it has one.
///
/// ```
/// use healthz_core::{HealthError, OrUnhealthy, Registry, check_blocking};
///
/// fn disk() -> Result<(), HealthError> {
///     std::fs::metadata("/").or_unhealthy("The disk is gone")?;
///     Ok(())
/// }
///
/// let registry = Registry::builder().endpoint("ready", check_blocking(disk)).build();
/// assert!(registry.is_ok());
/// ```
pub fn check_blocking<F>(function: F) -> CheckBlocking<F>
where
    F: Fn() -> Result<(), HealthError> + Send + Sync + 'static,
{
    CheckBlocking { function: Arc::new(function), thread: Arc::new(Semaphore::new(1)) }
}

/// A check that runs on a thread of its own; see [`check_blocking`](crate::check_blocking()).
pub struct CheckBlocking<F> {
    function: Arc<F>,
    /// Its one permit goes with the thread and comes back when the function returns.
    thread: Arc<Semaphore>,
}

impl<F> fmt::Debug for CheckBlocking<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckBlocking")
            .field("running", &(self.thread.available_permits() == 0))
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl<F> Check for CheckBlocking<F>
where
    F: Fn() -> Result<(), HealthError> + Send + Sync + 'static,
{
    async fn check(&self) -> Result<(), HealthError> {
        let permit = self.thread.clone().acquire_owned().await?;
        Handle::try_current()?;
        let function = self.function.clone();
        let thread = spawn_blocking(move || {
            let _permit = permit;
            function()
        });
        thread.await.unwrap_or_else(|lost| match lost.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => Err(JoinError::into(cancelled)),
        })
    }
}
