use super::{
    pool_ping::PoolPing,
    source::{Missing, Pool},
};
use crate::{ping::Ping, target::Cause};

/// How a server says that it has no place for a further connection: `PostgreSQL`'s
/// `too_many_connections` (Appendix A of its manual), `MySQL`'s error 1040, whose SQLSTATE is
/// 08004.
fn is_full(code: Option<&str>) -> bool {
    matches!(code, Some("53300" | "08004"))
}

/// Both versions are the same to us: the name of the dependency is the only difference.
macro_rules! pool_of {
    ($module:ident, $sqlx:ident) => {
        mod $module {
            use $sqlx::{ConnectOptions, Connection, Database, Error, Executor};

            use super::*;

            impl<DB: Database> Ping for $sqlx::Pool<DB>
            where
                for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
            {
                type Check = PoolPing<Self>;

                fn into_check(self) -> PoolPing<Self> {
                    PoolPing::new(self)
                }
            }

            impl<DB: Database> Pool for $sqlx::Pool<DB>
            where
                for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
            {
                type Connection = DB::Connection;
                type Taken = $sqlx::pool::PoolConnection<DB>;

                fn usage(&self) -> (usize, usize) {
                    let open = self.size() as usize;
                    let max = self.options().get_max_connections() as usize;
                    (open.saturating_sub(self.num_idle()), max)
                }

                async fn take(&self) -> Result<Self::Taken, Missing> {
                    self.acquire().await.map_err(|error| match error {
                        Error::PoolClosed => Missing::Closed,
                        Error::PoolTimedOut => Missing::Late,
                        error => Missing::Failed(error.into()),
                    })
                }

                async fn ask(&self, connection: &mut DB::Connection) -> Result<(), Cause> {
                    if is_sqlite(self) {
                        let read = $sqlx::raw_sql("PRAGMA schema_version");
                        connection.execute(read).await?;
                    } else {
                        connection.ping().await?;
                    }
                    Ok(())
                }

                async fn connect(&self) -> Result<DB::Connection, Cause> {
                    Ok(DB::Connection::connect_with(&self.connect_options()).await?)
                }

                fn is_full(&self, refusal: &Cause) -> bool {
                    let refusal = refusal.downcast_ref::<Error>();
                    refusal
                        .and_then(Error::as_database_error)
                        .is_some_and(|error| super::is_full(error.code().as_deref()))
                }

                fn spoil(taken: &mut Self::Taken) {
                    taken.close_on_drop();
                }

                async fn close(connection: DB::Connection) {
                    // It answered; how it says goodbye is no part of the question.
                    let _ = connection.close().await;
                }
            }

            /// `Any` shows what it is only in its address, and only `Any` is asked for it: a driver
            /// need not be able to tell.
            fn is_sqlite<DB: Database>(pool: &$sqlx::Pool<DB>) -> bool {
                match DB::NAME {
                    "SQLite" => true,
                    "Any" => pool.connect_options().to_url_lossy().scheme() == "sqlite",
                    _ => false,
                }
            }
        }
    };
}

#[cfg(feature = "sqlx-08")]
pool_of!(v08, sqlx_08);
#[cfg(feature = "sqlx-09")]
pool_of!(v09, sqlx_09);
