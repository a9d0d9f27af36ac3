use std::time::Duration;

use healthz_core::{Check, HealthError, OrUnhealthy, async_trait};
use sqlx::AnyPool;
use tokio::time::timeout;

/// What the public reads; the log says more.
const PUBLIC_TEXT: &str = "Can't connect to the database";

/// How long the check waits for the database: less than an endpoint's budget (800 ms), so that the
/// answer has a text of ours.
const PATIENCE: Duration = Duration::from_millis(500);

/// Can the service read its notes? Asks the pool that serves the requests.
#[derive(Debug, Clone)]
pub struct Database {
    pool: AnyPool,
}

impl Database {
    pub(crate) fn new(pool: AnyPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl Check for Database {
    async fn check(&self) -> Result<(), HealthError> {
        let query = sqlx::query("SELECT 1 FROM notes LIMIT 1").execute(&self.pool);
        timeout(PATIENCE, query).await.or_unhealthy(PUBLIC_TEXT)?.or_unhealthy(PUBLIC_TEXT)?;
        Ok(())
    }
}
