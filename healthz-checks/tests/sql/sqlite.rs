//! `SQLite` needs no server.
use std::time::Duration;

use healthz_checks::ping;
use healthz_test_support::ask;

macro_rules! sqlite {
    ($module:ident, $sqlx:ident) => {
        mod $module {
            use $sqlx::{
                AnyPool, Connection, SqliteConnection, SqlitePool, any::install_default_drivers,
            };

            use super::*;

            #[tokio::test]
            async fn a_file_that_can_be_read_passes_and_a_locked_one_fails() {
                let directory = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}/notes?mode=rwc", directory.path().display());
                install_default_drivers();
                let pool = SqlitePool::connect(&url).await.unwrap();
                let any = AnyPool::connect(&url).await.unwrap();
                let patience = Duration::from_secs(4);
                ask(&ping(pool.clone()).within(patience)).await.passes();
                ask(&ping(any.clone()).within(patience)).await.passes();

                // `ping()` of the driver sees nothing of this: it never touches the file.
                let mut other = SqliteConnection::connect(&url).await.unwrap();
                $sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
                let text = "Can't reach the database";
                ask(&ping(pool.clone())).await.is("fail", text, "no answer within 500ms");
                ask(&ping(any.clone())).await.is("fail", text, "no answer within 500ms");

                $sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
                ask(&ping(pool).within(patience)).await.passes();
                ask(&ping(any).within(patience)).await.passes();
            }

            #[tokio::test]
            async fn a_file_that_is_no_database_fails() {
                let directory = tempfile::tempdir().unwrap();
                let path = directory.path().join("notes");
                std::fs::write(&path, [b'x'; 4096]).unwrap();
                let url = format!("sqlite:{}", path.display());
                let pool = SqlitePool::connect_lazy(&url).unwrap();
                let told = ask(&ping(pool)).await;
                told.is("fail", "Can't reach the database", "file is not a database");
            }
        }
    };
}

sqlite!(v08, sqlx_08);
sqlite!(v09, sqlx_09);
