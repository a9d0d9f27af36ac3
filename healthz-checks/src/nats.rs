use async_nats_051::{Client, RequestErrorKind, connection::State};
use healthz_core::{Check, HealthError, async_trait};

use crate::{
    ping::Ping,
    target::{Cause, Target, target_setters},
};

/// Is NATS there? Looks at the connection; made by [`ping`](crate::ping()) of an
/// `async_nats::Client`.
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | connected | pass | | |
/// | stopped | fail | `Can't reach NATS` | `the connection is disconnected` |
/// | [`round_trip`](Self::round_trip): frozen | fail | `Can't reach NATS` | `no answer within 500ms` |
/// | [`round_trip`](Self::round_trip): closed by the application | fail | `Can't reach NATS` | the client's error |
///
/// # Good to know
/// - Without [`round_trip`](Self::round_trip) the check asks nobody: a server that hangs stays
///   connected for minutes, and so does a client that the application has drained.
/// - `flush()` is no round trip: it passes while the server is frozen.
/// - The client reconnects by itself.
///
/// ```
/// use async_nats_051::Client;
/// use healthz_checks::ping;
/// use healthz_core::{Registry, RegistryError};
///
/// # fn registry(nats: Client) -> Result<Registry, RegistryError> {
/// Registry::builder()
///     .check("nats", ping(nats.clone()).round_trip("orders.healthz"))
///     .readiness("ready", ["nats"])
///     .build()
/// # }
/// ```
#[derive(Debug)]
pub struct NatsPing {
    client: Client,
    subject: Option<String>,
    target: Target,
}

impl Ping for Client {
    type Check = NatsPing;

    fn into_check(self) -> NatsPing {
        NatsPing { client: self, subject: None, target: Target::new("NATS") }
    }
}

impl NatsPing {
    target_setters!();

    /// Sends a request to this subject, which nobody should serve: the server itself answers it
    /// with `no responders`, at once. The account must be allowed to publish it, and to receive in
    /// its inbox. Somebody who answers is proof as well.
    #[must_use]
    pub fn round_trip(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    async fn ask(&self) -> Result<(), Cause> {
        let Some(subject) = &self.subject else { return Ok(()) };
        match self.client.request(subject.clone(), "".into()).await {
            Err(error) if error.kind() != RequestErrorKind::NoResponders => Err(error.into()),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Check for NatsPing {
    async fn check(&self) -> Result<(), HealthError> {
        let state = self.client.connection_state();
        if state != State::Connected {
            return Err(self.target.unreachable(format!("the connection is {state}")));
        }
        self.target.reach(self.ask()).await
    }
}
