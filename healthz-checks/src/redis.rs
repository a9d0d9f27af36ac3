use std::sync::{Mutex, MutexGuard, PoisonError};

use healthz_core::{Check, HealthError, async_trait};
use redis_1::{Cmd, FromRedisValue, RedisError, Value, aio::ConnectionManager, cmd};
use tokio::time::timeout;

use crate::{
    ping::Ping,
    target::{Target, target_setters},
};

/// Is Redis there? Sends it `PING`; made by [`ping`](crate::ping()) of a `ConnectionManager`.
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | it answers | pass | | |
/// | stopped, frozen | fail | `Can't reach Redis` | the last error, or `no answer within 500ms` |
/// | loading its data, a replica without its master | fail | `Redis is not ready` | its error |
/// | [`writable`](Self::writable): a replica, full, unable to save | fail | `Redis refuses writes` | its error |
/// | [`cluster`](Self::cluster): slots are missing | fail | `The Redis cluster is down` | `cluster_state:fail` |
///
/// # Good to know
/// - Only a `ConnectionManager` is accepted: a `MultiplexedConnection` is dead for ever when the
///   server was restarted once.
/// - A manager with its default six retries needs some 9 s to say that the server is gone, so this
///   check's own bound ends the wait, and the log has what the manager said last. After a restart
///   of the server the check passes when the manager has reconnected; its pauses grow, and
///   `ConnectionManagerConfig::set_max_delay` bounds them.
/// - `PING` is answered by a read-only replica, at `maxmemory` and by a cluster that is down.
/// - `INFO` and `ROLE` are not asked, because a hardened ACL refuses both.
///
/// ```
/// use healthz_checks::ping;
/// use healthz_core::{Registry, RegistryError};
/// use redis_1::aio::ConnectionManager;
///
/// # fn registry(redis: ConnectionManager) -> Result<Registry, RegistryError> {
/// Registry::builder()
///     .check("cache", ping(redis.clone()).noun("the cache"))
///     .check("sessions", ping(redis.clone()).writable("session:healthz"))
///     .readiness("ready", ["cache", "sessions"])
///     .build()
/// # }
/// ```
#[derive(Debug)]
pub struct RedisPing {
    manager: ConnectionManager,
    target: Target,
    key: Option<String>,
    cluster: bool,
    /// What the manager said last, if nothing has answered since.
    last: Mutex<Option<String>>,
}

impl Ping for ConnectionManager {
    type Check = RedisPing;

    fn into_check(self) -> RedisPing {
        let target = Target::new("Redis");
        RedisPing { manager: self, target, key: None, cluster: false, last: Mutex::default() }
    }
}

impl RedisPing {
    target_setters!();

    /// Asks whether Redis would write, without a change: `SETRANGE key 0 ""` makes no key and
    /// changes none, and is refused as every write is by a read-only replica, at `maxmemory` and
    /// after a failed save. The key must be one that the ACL lets the service write, and either
    /// missing or a string.
    #[must_use]
    pub fn writable(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Asks a node of a cluster whether the cluster is up: `CLUSTER INFO` must say
    /// `cluster_state:ok`.
    #[must_use]
    pub fn cluster(mut self) -> Self {
        self.cluster = true;
        self
    }

    async fn ask(&self) -> Result<(), Refusal> {
        self.send::<Value>(&cmd("PING")).await.map_err(Refusal::of)?;
        if self.cluster {
            let info: String = self.send(cmd("CLUSTER").arg("INFO")).await.map_err(Refusal::of)?;
            let state = info.lines().find(|line| line.starts_with("cluster_state"));
            if state != Some("cluster_state:ok") {
                return Err(Refusal::ClusterDown(state.unwrap_or("no cluster_state").to_owned()));
            }
        }
        if let Some(key) = &self.key {
            let write = self.send::<Value>(cmd("SETRANGE").arg(key).arg(0).arg("")).await;
            write.map_err(|error| match Refusal::of(error) {
                Refusal::NotReady(error) => Refusal::ReadOnly(error),
                other => other,
            })?;
        }
        Ok(())
    }

    async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisError> {
        command.query_async(&mut self.manager.clone()).await
    }

    fn last(&self) -> MutexGuard<'_, Option<String>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why an answer is none.
enum Refusal {
    /// Nobody is there.
    Gone(RedisError),
    /// The server itself said no.
    NotReady(RedisError),
    ReadOnly(RedisError),
    ClusterDown(String),
}

impl Refusal {
    fn of(error: RedisError) -> Self {
        if error.code().is_none() { Self::Gone(error) } else { Self::NotReady(error) }
    }
}

#[async_trait]
impl Check for RedisPing {
    async fn check(&self) -> Result<(), HealthError> {
        let Ok(answer) = timeout(self.target.within, self.ask()).await else {
            let silence = self.target.silence();
            return Err(self.target.unreachable(match &*self.last() {
                Some(last) => format!("{silence}; the last error was: {last}"),
                None => silence,
            }));
        };
        *self.last() = match &answer {
            Err(Refusal::Gone(error)) => Some(error.to_string()),
            _ => None,
        };
        answer.map_err(|refusal| match refusal {
            Refusal::Gone(error) => self.target.unreachable(error),
            Refusal::NotReady(error) => HealthError::new("Redis is not ready").caused_by(error),
            Refusal::ReadOnly(error) => HealthError::new("Redis refuses writes").caused_by(error),
            Refusal::ClusterDown(state) => {
                HealthError::new("The Redis cluster is down").caused_by(state)
            }
        })
    }
}
