use healthz_core::{Check, HealthError, async_trait};

use crate::{
    one_thread::OneThread,
    resolve::connect,
    target::{Target, target_setters},
};

/// Does somebody accept connections at this address, `host:port`?
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | it accepts | pass | | |
/// | refused, no such host, silent | fail | `Can't reach the service` | the system's error, or `no answer within 500ms` |
///
/// The kernel accepts for a process that hangs, so this says less than asking through a client: use
/// it where there is none. The server sees a connection that says nothing, and some log each one.
///
/// ```
/// use healthz_checks::tcp;
/// use healthz_core::Check;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// let mail = tcp(listener.local_addr()?.to_string()).noun("the mail server");
/// assert!(mail.check().await.is_ok());
///
/// drop(listener);
/// let error = mail.check().await.unwrap_err();
/// assert_eq!(error.public_text(), Some("Can't reach the mail server"));
/// # Ok(())
/// # }
/// ```
pub fn tcp(address: impl Into<String>) -> TcpCheck {
    let target = Target::new("the service");
    TcpCheck { address: address.into(), target, thread: OneThread::new() }
}

/// The check that [`tcp`] makes.
#[derive(Debug)]
pub struct TcpCheck {
    address: String,
    target: Target,
    thread: OneThread,
}

impl TcpCheck {
    target_setters!();
}

#[async_trait]
impl Check for TcpCheck {
    async fn check(&self) -> Result<(), HealthError> {
        self.target.reach(connect(&self.thread, &self.address)).await?;
        Ok(())
    }
}
