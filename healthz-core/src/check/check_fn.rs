use std::{fmt, sync::Arc};

use async_trait::async_trait;

use crate::check::{Check, health_error::HealthError, reused_run::ReusedRun};

/// Makes a check of an async closure or function.
///
/// ```
/// use healthz_core::{Registry, check_fn};
///
/// let registry = Registry::builder().endpoint("ready", check_fn(|| async { Ok(()) })).build();
/// assert!(registry.is_ok());
/// ```
pub fn check_fn<F, Fut>(function: F) -> CheckFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HealthError>> + Send + 'static,
{
    CheckFn(function)
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
