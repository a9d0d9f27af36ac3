use std::{fs, path::Path};

use healthz_core::{HealthError, OrUnhealthy};

/// Can the service write where it keeps its files? Blocks its thread, as files do.
pub(crate) fn writable(directory: &Path) -> Result<(), HealthError> {
    let probe = directory.join(".healthz");
    fs::write(&probe, "").or_unhealthy("Can't write to the data directory")?;
    fs::remove_file(&probe)?;
    Ok(())
}
