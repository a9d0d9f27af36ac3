use std::time::{SystemTime, UNIX_EPOCH};

use sqlx::{AnyConnection, AnyPool, Connection, Error, any::AnyPoolOptions};

/// The notes: lines of text in a database, `SQLite` or `PostgreSQL`.
#[derive(Debug, Clone)]
pub struct Notes {
    pool: AnyPool,
}

impl Notes {
    /// Makes a pool for the database and connects when it is first used, so that a service whose
    /// database is down starts, says so, and becomes ready when it is back.
    ///
    /// # Errors
    /// If no database has such a URL.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn open(url: &str) -> Result<Self, Error> {
        sqlx::any::install_default_drivers();
        Ok(Self { pool: AnyPoolOptions::new().connect_lazy(url)? })
    }

    /// Creates what is not there yet, on a connection of its own: the pool would try a database
    /// that is not there again and again, and keep the reason to itself.
    ///
    /// # Errors
    /// If the database cannot be reached or refuses.
    pub async fn prepare(&self) -> Result<(), Error> {
        let table =
            "CREATE TABLE IF NOT EXISTS notes (written BIGINT NOT NULL, text TEXT NOT NULL)";
        let mut connection = AnyConnection::connect_with(&self.pool.connect_options()).await?;
        sqlx::query(table).execute(&mut connection).await?;
        connection.close().await
    }

    /// Returns the latest hundred notes, newest first, a line each.
    ///
    /// # Errors
    /// If the database cannot be reached or refuses.
    pub async fn list(&self) -> Result<String, Error> {
        let latest = "SELECT text FROM notes ORDER BY written DESC LIMIT 100";
        let notes: Vec<String> = sqlx::query_scalar(latest).fetch_all(&self.pool).await?;
        Ok(notes.into_iter().map(|note| note + "\n").collect())
    }

    /// Adds a note.
    ///
    /// # Errors
    /// If the database cannot be reached or refuses.
    pub async fn add(&self, text: &[u8]) -> Result<(), Error> {
        let text = String::from_utf8_lossy(text);
        sqlx::query("INSERT INTO notes (written, text) VALUES ($1, $2)")
            .bind(now())
            .bind(text.trim())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Returns the pool that serves the requests.
    #[must_use]
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }
}

/// Microseconds since 1970.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_micros()).unwrap_or(i64::MAX)
}
