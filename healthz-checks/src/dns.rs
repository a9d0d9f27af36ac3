use healthz_core::{Check, HealthError, OrUnhealthy, async_trait};

use crate::{
    one_thread::OneThread,
    resolve::resolve,
    target::{Target, target_setters},
};

/// Has this name an address? Asks the system's resolver, as most clients do.
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | it has one | pass | | |
/// | it has none | fail | `Can't resolve a name` | the resolver's error |
/// | the resolver hangs | fail | `Can't reach the resolver` | `no answer within 500ms` |
///
/// A resolver that hangs keeps one thread of tokio's blocking pool, whatever the number of probes.
///
/// ```
/// use healthz_checks::dns;
/// use healthz_core::Check;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert!(dns("127.0.0.1").check().await.is_ok());
/// let error = dns("not a name").check().await.unwrap_err();
/// assert_eq!(error.public_text(), Some("Can't resolve a name"));
/// # }
/// ```
pub fn dns(name: impl Into<String>) -> DnsCheck {
    let target = Target::new("the resolver");
    DnsCheck { name: name.into(), target, thread: OneThread::new() }
}

/// The check that [`dns`] makes.
#[derive(Debug)]
pub struct DnsCheck {
    name: String,
    target: Target,
    thread: OneThread,
}

impl DnsCheck {
    target_setters!();
}

#[async_trait]
impl Check for DnsCheck {
    async fn check(&self) -> Result<(), HealthError> {
        let found = resolve(&self.thread, (self.name.clone(), 0));
        self.target.bound(found).await?.or_unhealthy("Can't resolve a name")?;
        Ok(())
    }
}
