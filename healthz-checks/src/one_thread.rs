use std::{panic::resume_unwind, sync::Arc};

use tokio::{
    runtime::Handle,
    sync::Semaphore,
    task::{JoinError, spawn_blocking},
};

use crate::target::Cause;

/// Runs what may hang for ever on a thread of tokio's blocking pool, and never on a second one
/// while the first has not come back.
#[derive(Debug)]
pub(crate) struct OneThread(Arc<Semaphore>);

impl OneThread {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Cause> {
        let permit = self.0.clone().acquire_owned().await?;
        Handle::try_current()?;
        let thread = spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        thread.await.map_err(|lost| match lost.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => JoinError::into(cancelled),
        })
    }
}
