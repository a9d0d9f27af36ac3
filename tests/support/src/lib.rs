//! What the tests of several crates share.

#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    reason = "a broken test is a panic"
)]

mod log;
#[cfg(unix)]
mod server;
mod told;

use std::time::Duration;

use tokio::time::{Instant, sleep};

pub use log::Log;
#[cfg(unix)]
pub use server::{Server, free_port, install};
pub use told::{Told, ask};

/// Waits until something is so; a guard against hanging, never a measurement.
pub async fn until(what: &str, truth: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !truth().await {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Polls a future so often, with all the time it wants between, and drops it. Says whether it was
/// still unfinished.
pub async fn dropped_after<T>(polls: usize, future: impl Future<Output = T>) -> bool {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        left -= 1;
        match future.as_mut().poll(context) {
            std::task::Poll::Ready(_) => std::task::Poll::Ready(false),
            std::task::Poll::Pending if left == 0 => std::task::Poll::Ready(true),
            std::task::Poll::Pending => std::task::Poll::Pending,
        }
    })
    .await
}
