use std::time::SystemTime;

use tokio::time::Instant;

use crate::{registry::Registry, report::known::Known};

impl Registry {
    /// Tells at once what is known of every check and endpoint, of their past and of the lifecycle.
    ///
    /// It runs no check and waits for none. A background check is as fresh as its interval; of a
    /// check that runs when it is asked for, this is what the last probe found.
    ///
    /// ```
    /// use healthz_core::{HealthError, Registry, Status};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let down = || Err(HealthError::new("The disk is full"));
    /// let registry = Registry::builder().readiness("ready", down).build()?;
    /// assert_eq!(registry.known().endpoint("ready").and_then(|ready| ready.status()), None);
    ///
    /// registry.report("ready").await;
    /// let known = registry.known();
    /// let check = known.check("ready").ok_or("no such check")?;
    /// assert_eq!(check.status(), Some(Status::Fail));
    /// assert_eq!((check.runs().fail(), check.history().len()), (1, 1));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn known(&self) -> Known {
        let (time, now, shared) = (SystemTime::now(), Instant::now(), &self.shared);
        let checks: Vec<_> = shared.checkers.iter().map(|checker| checker.known(now)).collect();
        let responders = shared.endpoints.iter().map(|served| &served.responder);
        let endpoints =
            responders.map(|responder| responder.known(&shared.life, &checks)).collect();
        let (lifecycle, runtime) = (self.lifecycle(), shared.life.stall.known());
        Known { time, lifecycle, runtime, checks, endpoints }
    }
}
