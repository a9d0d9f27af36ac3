use healthz_core::Registry;

/// Tells systemd how the service stands, from now on until it ends; does nothing where nobody asks
/// for it with `NOTIFY_SOCKET`.
///
/// Spawns a task, and another one if the unit has a `WatchdogSec`. A socket that cannot be reached
/// is logged once at WARN and changes nothing else.
///
/// ```
/// use healthz_core::Registry;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().starting().readiness("ready", []).build()?;
/// healthz_systemd::notify(&registry);
/// // ... the slow start, and then `READY=1` with:
/// registry.mark_started();
/// assert_eq!(registry.lifecycle().to_string(), "running");
/// # Ok(())
/// # }
/// ```
///
/// # Panics
/// Outside a tokio runtime, and in one without its time driver, if `NOTIFY_SOCKET` is set.
pub fn notify(registry: &Registry) {
    #[cfg(unix)]
    crate::notifier::notify(registry);
    #[cfg(not(unix))]
    let _ = registry;
}
