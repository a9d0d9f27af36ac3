use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// How long anything may take before a test gives up: a guard against hanging, never a measurement.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until something is true that another thread makes true.
pub fn until(what: &str, truth: impl Fn() -> bool) {
    let begun = Instant::now();
    while !truth() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        sleep(Duration::from_millis(1));
    }
}
