use std::time::Duration;

use healthz_checks::{disk, ping};
use healthz_core::{CheckExt, Registry, RegistryError};

use crate::{Config, Notes};

/// Says what "healthy" means for this service, whatever framework serves it.
///
/// # Errors
/// Every mistake in the configuration.
pub fn registry(config: &Config, notes: &Notes) -> Result<Registry, RegistryError> {
    Registry::builder()
        .starting()
        .stop_limit(Duration::from_secs(5))
        .check("database", ping(notes.pool().clone()))
        .check("disk", disk(&config.data).writable().optional().every(Duration::from_secs(30)))
        .startup("startup", [])
        .liveness("live", [])
        .readiness("ready", ["database", "disk"])
        .config(config.healthz.clone())
        .build()
}
