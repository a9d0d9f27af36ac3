use healthz_core::{Check, HealthError};

struct Database;

impl Check for Database {
    async fn check(&self) -> Result<(), HealthError> {
        Ok(())
    }
}

fn main() {}
