use healthz_core::{HealthError, check_fn};

fn main() {
    let (jobs, _queue) = tokio::sync::mpsc::channel::<u32>(1);
    check_fn(move || async move {
        jobs.reserve().await?;
        Ok::<(), HealthError>(())
    });
}
