use std::time::Duration;

use tokio::time::Instant;

/// Adds without overflow: a moment too far away to be counted is 34 years off.
pub(crate) fn after(moment: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(1 << 30);
    moment.checked_add(duration).unwrap_or_else(|| moment + FAR)
}
