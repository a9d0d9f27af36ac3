use healthz_core::{HealthError, Registry};

async fn database() -> Result<(), HealthError> {
    Ok(())
}

fn main() {
    Registry::builder().check("database", database);
}
