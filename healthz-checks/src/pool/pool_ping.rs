use std::{fmt, pin::Pin, sync::Arc};

use healthz_core::{Check, HealthError, async_trait};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use super::{
    busy::Busy,
    source::{Missing, Pool},
};
use crate::target::{Cause, Target, target_setters};

/// Is the database there? Asks through the pool that serves the requests; made by
/// [`ping`](crate::ping()).
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | a pooled connection answers | pass | | |
/// | stopped, or it refuses to log in | fail | `Can't reach the database` | the client's own error |
/// | frozen | fail | `Can't reach the database` | `no answer within 500ms` |
/// | there, every connection in use | [`Busy`]: warn | `All connections are in use` | `3 of 3` |
/// | there, but the pool gave nothing in time | warn | `The pool is slow` | `1 of 3 in use` |
/// | closed by the application | fail | `The pool is closed` | |
///
/// # How it asks
/// It waits for a pooled connection for half of its bound ([`within`](Self::within), 500 ms), and
/// asks it with the rest. A pool that gives nothing says little: sqlx retries a refused connection
/// in silence, and a busy pool looks the same. So the check then looks a second time, with one
/// connection of its own, which it asks too (a proxy such as `PgBouncer` accepts with no database
/// behind it) and closes. The same happens when the pooled connection is broken, as one is that
/// died while idle. Each check has at most one such connection at a time, and none while the pool
/// answers.
///
/// # What it asks
/// - sqlx: `ping()`, for `PostgreSQL` and `MySQL` one round trip without a statement. `SQLite`
///   reads `PRAGMA schema_version`, because its `ping()` never touches the file.
/// - deadpool: what the pool's manager asks when it recycles a connection. For `deadpool-postgres`
///   that is nothing unless its `RecyclingMethod` is `Verified`; set that, or use
///   [`asking`](Self::asking).
/// - bb8: what the pool's manager asks at check-out. With `test_on_check_out(false)` that is
///   nothing, and the second connection is not asked in any case; use [`asking`](Self::asking).
///
/// # Good to know
/// - A run that is dropped leaves the pool whole, but sqlx closes the connection that was just
///   being tested: an in-memory `SQLite` database is lost with it.
/// - A connection that did not answer is closed, so a frozen server does not eat the pool.
/// - Causes name users and databases, never passwords; they are only logged.
/// - Behind `PgBouncer`, sqlx needs `ignore_startup_parameters = extra_float_digits` there.
///
/// ```
/// # #[cfg(feature = "sqlx-08")] {
/// # use sqlx_08 as sqlx;
/// use healthz_checks::{Busy, ping};
/// use healthz_core::{CheckExt, Registry};
///
/// # type Built = Result<(), healthz_core::RegistryError>;
/// # fn registry<DB: sqlx::Database>(pool: sqlx::Pool<DB>) -> Built
/// # where for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB> {
/// let registry = Registry::builder()
///     .check("database", ping(pool.clone()))
///     .check("reports", ping(pool.clone()).when_busy(Busy::Fail).optional())
///     .readiness("ready", ["database", "reports"])
///     .build()?;
/// # Ok(())
/// # }
/// # }
/// ```
pub struct PoolPing<P: Pool> {
    pool: P,
    target: Target,
    when_busy: Busy,
    asking: Option<Arc<Asking<P::Connection>>>,
    second_look: Semaphore,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<(), HealthError>> + Send + 'a>>;
type Asking<C> = dyn for<'a> Fn(&'a mut C) -> Answer<'a> + Send + Sync;

impl<P: Pool> PoolPing<P> {
    /// Makes the check of a pool; [`ping`](crate::ping()) does for the pools that it knows.
    #[must_use]
    pub fn new(pool: P) -> Self {
        Self {
            pool,
            target: Target::new("the database"),
            when_busy: Busy::default(),
            asking: None,
            second_look: Semaphore::new(1),
        }
    }

    target_setters!();

    /// Says what a pool is worth whose every connection is in use. Default: [`Busy::Warn`].
    #[must_use]
    pub fn when_busy(mut self, busy: Busy) -> Self {
        self.when_busy = busy;
        self
    }

    /// Asks this of a connection instead, a pooled one or that of the second look.
    ///
    /// Keep it short: a run that is dropped gets its connection back when the server ends the
    /// question.
    ///
    /// ```
    /// # #[cfg(feature = "deadpool-013")] {
    /// # use deadpool_013::managed::{Manager, Pool};
    /// # struct Client;
    /// # impl Client {
    /// #     async fn query(&mut self, _: &str) -> Result<(), std::fmt::Error> { Ok(()) }
    /// # }
    /// use healthz_checks::ping;
    ///
    /// # fn check<M>(pool: Pool<M>) -> impl healthz_core::Check
    /// # where M: Manager<Type = Client, Error = std::fmt::Error> + 'static {
    /// ping(pool).asking(|client| {
    ///     Box::pin(async move {
    ///         client.query("SELECT 1").await?;
    ///         Ok(())
    ///     })
    /// })
    /// # }
    /// # }
    /// ```
    #[must_use]
    pub fn asking<F>(mut self, question: F) -> Self
    where
        F: for<'a> Fn(&'a mut P::Connection) -> Answer<'a> + Send + Sync + 'static,
    {
        self.asking = Some(Arc::new(question));
        self
    }

    async fn ask(&self, connection: &mut P::Connection) -> Result<(), Cause> {
        match &self.asking {
            Some(question) => Ok(question(connection).await?),
            None => self.pool.ask(connection).await,
        }
    }

    /// The pool gave no connection that works: is it the server or the pool?
    async fn look_again(&self, deadline: Instant) -> Result<(), HealthError> {
        let look = async {
            let _only = self.second_look.acquire().await?;
            let mut connection = match self.pool.connect().await {
                Err(refusal) if self.pool.is_full(&refusal) => return Ok(()),
                connected => connected?,
            };
            self.ask(&mut connection).await?;
            P::close(connection).await;
            Ok(())
        };
        match timeout_at(deadline, look).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err::<_, Cause>(cause)) => Err(self.target.unreachable(cause)),
            Err(_late) => Err(self.target.unreachable(self.target.silence())),
        }
    }

    /// The server is there and the pool gave nothing.
    fn starved(&self) -> Result<(), HealthError> {
        let (in_use, max) = self.pool.usage();
        if in_use < max {
            let cause = format!("{in_use} of {max} in use");
            return Err(HealthError::warn("The pool is slow").caused_by(cause));
        }
        let text = "All connections are in use";
        let error = match self.when_busy {
            Busy::Pass => return Ok(()),
            Busy::Warn => HealthError::warn(text),
            Busy::Fail => HealthError::new(text),
        };
        Err(error.caused_by(format!("{in_use} of {max}")))
    }
}

#[async_trait]
impl<P: Pool> Check for PoolPing<P> {
    async fn check(&self) -> Result<(), HealthError> {
        let begun = Instant::now();
        let deadline = begun + self.target.within;
        let taken = timeout_at(begun + self.target.within / 2, self.pool.take()).await;
        let mut taken = match taken.unwrap_or(Err(Missing::Late)) {
            Ok(taken) => taken,
            Err(Missing::Closed) => return Err(HealthError::new("The pool is closed")),
            Err(Missing::Failed(cause)) => return Err(self.target.unreachable(cause)),
            Err(Missing::Late) => {
                self.look_again(deadline).await?;
                return self.starved();
            }
        };
        let answer = timeout_at(deadline, self.ask(&mut taken)).await;
        if let Ok(Ok(())) = answer {
            return Ok(());
        }
        P::spoil(&mut taken);
        drop(taken);
        match answer {
            Ok(_broken) => self.look_again(deadline).await,
            Err(_late) => Err(self.target.unreachable(self.target.silence())),
        }
    }
}

impl<P: Pool> fmt::Debug for PoolPing<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolPing")
            .field("target", &self.target)
            .field("when_busy", &self.when_busy)
            .finish_non_exhaustive()
    }
}
