use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use healthz_core::{Check, HealthError, async_trait};
use lapin_4::{
    Channel, Connection, Error, ErrorKind,
    options::{BasicQosOptions, QueueDeclareOptions},
    protocol::{AMQPErrorKind, AMQPSoftError},
    types::{FieldTable, ShortString},
};

use crate::{
    ping::Ping,
    target::{Cause, Target, target_setters},
};

/// Is `RabbitMQ` there? Asks on a channel of its own; made by [`ping`](crate::ping()) of an
/// `Arc<lapin::Connection>`.
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | it answers | pass | | |
/// | stopped, or lost by the connection | fail | `Can't reach RabbitMQ` | what became of the connection |
/// | frozen | fail | `Can't reach RabbitMQ` | `no answer within 500ms` |
/// | publishers are blocked: a memory or disk alarm | warn | `RabbitMQ blocks its publishers` | |
/// | [`queue`](Self::queue): there is none of that name | fail | `A queue is missing` | the broker's error |
///
/// # Good to know
/// - Without `ConnectionProperties::enable_auto_recover()` a lapin connection stays in error for
///   ever when the broker was restarted once, and so does this check: it is true, because the
///   service cannot publish either. Set it, or make a new connection and restart.
/// - With auto-recovery the connection comes back by itself, and this check passes, but the
///   channels that were opened before stay closed: the service has to open new ones.
/// - lapin 4.12 was seen never to recover when something was written to the connection after it
///   had broken and before lapin had noticed: it keeps a frame that it can no longer send, and waits.
///   A publish does that, and so may this check. The cause is then `the connection is recovering`
///   until the service restarts. [lapin #450](https://github.com/amqp-rs/lapin/issues/450) looks
///   like it.
/// - A missing queue closes the channel that asked for it, and lapin 4.12 has 2,047 numbers of
///   channels, each of which it spoils by an error: after so many failed runs the connection opens
///   no more channels. Where a queue may be missing for hours, ask less often, with `.every(..)`.
/// - The broker reports an alarm only to a connection that has published, and then reads nothing
///   more of it, so nothing more is asked either.
///
/// ```
/// use std::sync::Arc;
/// use healthz_checks::ping;
/// use healthz_core::{Registry, RegistryError};
/// use lapin_4::Connection;
///
/// # fn registry(connection: Arc<Connection>) -> Result<Registry, RegistryError> {
/// Registry::builder()
///     .check("queue", ping(connection.clone()).queue("jobs"))
///     .readiness("ready", ["queue"])
///     .build()
/// # }
/// ```
#[derive(Debug)]
pub struct LapinPing {
    connection: Arc<Connection>,
    queue: Option<String>,
    /// The channel of the last run, if it is still good.
    channel: Mutex<Option<Channel>>,
    target: Target,
}

impl Ping for Arc<Connection> {
    type Check = LapinPing;

    fn into_check(self) -> LapinPing {
        let target = Target::new("RabbitMQ");
        LapinPing { connection: self, queue: None, channel: Mutex::default(), target }
    }
}

impl LapinPing {
    target_setters!();

    /// Asks whether this queue exists, too: a passive declaration, which makes none.
    #[must_use]
    pub fn queue(mut self, name: impl Into<String>) -> Self {
        self.queue = Some(name.into());
        self
    }

    async fn ask(&self) -> Result<(), Cause> {
        // Its own, because a missing queue closes the channel that asked. It is kept, because lapin
        // 4.12 never again uses the number of a channel that ended in an error without repeating
        // the error.
        let kept = self.kept().take().filter(|channel| channel.status().connected());
        let channel = match kept {
            Some(channel) => channel,
            None => self.connection.create_channel().await?,
        };
        // A round trip that changes nothing: no limit is what a channel begins with.
        channel.basic_qos(0, BasicQosOptions::default()).await?;
        if let Some(queue) = &self.queue {
            let options = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
            let queue = ShortString::try_new(queue.as_str())?;
            channel.queue_declare(queue, options, FieldTable::default()).await?;
        }
        *self.kept() = Some(channel);
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, Option<Channel>> {
        self.channel.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the broker said that there is no such queue.
fn is_missing(cause: &Cause) -> bool {
    match cause.downcast_ref::<Error>().map(Error::kind) {
        Some(ErrorKind::ProtocolError(error)) => {
            *error.kind() == AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND)
        }
        _ => false,
    }
}

#[async_trait]
impl Check for LapinPing {
    async fn check(&self) -> Result<(), HealthError> {
        let status = self.connection.status();
        if !status.connected() {
            return Err(self.target.unreachable(match status {
                status if status.errored() => "the connection is broken, and does not recover",
                status if status.reconnecting() => "the connection is recovering",
                status if status.connecting() => "the connection is not there yet",
                _ => "the connection is closed",
            }));
        }
        if status.blocked() {
            // The broker reads nothing of such a connection, so a question would hang.
            return Err(HealthError::warn("RabbitMQ blocks its publishers"));
        }
        match self.target.bound(self.ask()).await? {
            Err(cause) if is_missing(&cause) => {
                Err(HealthError::new("A queue is missing").caused_by(cause))
            }
            answer => answer.map_err(|cause| self.target.unreachable(cause)),
        }
    }
}
