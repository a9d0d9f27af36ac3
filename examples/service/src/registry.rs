use std::time::Duration;

use healthz_core::{CheckExt, Registry, RegistryError, check_blocking};

use crate::{Config, Notes, disk};

/// Says what "healthy" means for this service, whatever framework serves it.
///
/// # Errors
/// Every mistake in the configuration.
pub fn registry(config: &Config, notes: &Notes) -> Result<Registry, RegistryError> {
    let data = config.data.clone();
    let disk = check_blocking(move || disk::writable(&data));
    Registry::builder()
        .starting()
        .stop_limit(Duration::from_secs(5))
        .check("database", notes.check())
        .check("disk", disk.optional().every(Duration::from_secs(30)))
        .startup("startup", [])
        .liveness("live", [])
        .readiness("ready", ["database", "disk"])
        .config(config.healthz.clone())
        .build()
}
