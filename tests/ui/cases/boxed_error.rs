use std::error::Error;

use healthz_core::HealthError;

fn ask() -> Result<(), Box<dyn Error + Send + Sync>> {
    Ok(())
}

fn check() -> Result<(), HealthError> {
    Ok(ask()?)
}

fn main() {
    let _ = check();
}
