use healthz_core::{Check, HealthError, async_trait};
use mongodb_3::{Client, bson::doc};

use crate::{
    ping::Ping,
    target::{Target, target_setters},
};

/// Is `MongoDB` there? Runs `{ping: 1}`; made by [`ping`](crate::ping()) of a `mongodb::Client`.
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | it answers | pass | | |
/// | it refuses to log in | fail | `Can't reach the database` | the client's error |
/// | stopped, frozen, no primary | fail | `Can't reach the database` | `no answer within 500ms` |
///
/// # Good to know
/// - The client waits 30 s for a server that it can select before it says why there is none; this
///   check's bound ends that, so the cause is in the log only where the client's own
///   `server_selection_timeout` is shorter.
/// - It runs on the database of the connection string, or on [`database`](Self::database), because
///   a user may be kept away from `admin`. It never lists databases.
/// - `mongodb` does not compile without one of its TLS features and one of its bson features. The
///   application has chosen both; this crate turns on neither.
///
/// ```
/// use healthz_checks::ping;
/// use healthz_core::{Registry, RegistryError};
/// use mongodb_3::Client;
///
/// # fn registry(client: Client) -> Result<Registry, RegistryError> {
/// Registry::builder()
///     .check("database", ping(client.clone()).database("orders"))
///     .readiness("ready", ["database"])
///     .build()
/// # }
/// ```
#[derive(Debug)]
pub struct MongodbPing {
    client: Client,
    database: Option<String>,
    target: Target,
}

impl Ping for Client {
    type Check = MongodbPing;

    fn into_check(self) -> MongodbPing {
        MongodbPing { client: self, database: None, target: Target::new("the database") }
    }
}

impl MongodbPing {
    target_setters!();

    /// Says on which database to ask. Default: that of the connection string, else `test`, which is
    /// `MongoDB`'s own default.
    #[must_use]
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.database = Some(name.into());
        self
    }
}

#[async_trait]
impl Check for MongodbPing {
    async fn check(&self) -> Result<(), HealthError> {
        let own = self.database.as_ref().map(|name| self.client.database(name));
        let database = own.or_else(|| self.client.default_database());
        let database = database.unwrap_or_else(|| self.client.database("test"));
        let ping = database.run_command(doc! { "ping": 1 });
        self.target.reach(async { ping.await.map(drop) }).await
    }
}
