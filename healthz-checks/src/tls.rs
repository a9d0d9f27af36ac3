use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use healthz_core::{Check, HealthError, OrUnhealthy, async_trait};
use tokio_rustls_026::{
    TlsConnector,
    rustls::{
        ClientConfig, Error,
        pki_types::{CertificateDer, ServerName},
    },
};
use x509_cert::{Certificate, der::Decode};

use crate::{
    one_thread::OneThread,
    resolve::connect,
    target::{Cause, Target, target_setters},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Is the certificate at this address, `host:port`, valid, and for how long?
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | valid for 14 days or more | pass | | |
/// | valid for less | warn | `The certificate ends soon` | the days left |
/// | ended, for another name, not trusted | fail | `The certificate is not valid` | rustls's error |
/// | refused, silent, no TLS | fail | `Can't reach the service` | the error |
///
/// Makes one whole TLS handshake with the configuration that the service's clients have, so that
/// the same roots are trusted. Of the certificates that the server sends, the one that ends first
/// counts. Certificates end slowly: run it with `.every(..)`, once in an hour.
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use healthz_checks::tls;
/// use healthz_core::{CheckExt, Registry, RegistryError};
/// use tokio_rustls_026::rustls::ClientConfig;
///
/// # fn registry(config: Arc<ClientConfig>) -> Result<Registry, RegistryError> {
/// let check = tls(config, "shop.example:443").warn_below(21);
/// Registry::builder()
///     .check("certificate", check.every(Duration::from_secs(3600)))
///     .readiness("ready", ["certificate"])
///     .build()
/// # }
/// ```
pub fn tls(config: Arc<ClientConfig>, address: impl Into<String>) -> TlsCheck {
    let target = Target::new("the service");
    let address = address.into();
    TlsCheck { config, address, warn_below: 14, target, thread: OneThread::new() }
}

/// The check that [`tls`] makes.
#[derive(Debug)]
pub struct TlsCheck {
    config: Arc<ClientConfig>,
    address: String,
    warn_below: u32,
    target: Target,
    thread: OneThread,
}

impl TlsCheck {
    target_setters!();

    /// Warns when the certificate ends in fewer days than this. Default: 14.
    #[must_use]
    pub fn warn_below(mut self, days: u32) -> Self {
        self.warn_below = days;
        self
    }

    /// Shakes hands, and returns when the first certificate ends, since the epoch.
    async fn end(&self) -> Result<Duration, Cause> {
        let (host, _port) = self.address.rsplit_once(':').ok_or("no port in the address")?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let host = ServerName::try_from(host)?;
        let stream = connect(&self.thread, &self.address).await?;
        let stream = TlsConnector::from(self.config.clone()).connect(host, stream).await?;
        let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let ends = certificates.iter().map(end_of).collect::<Result<Vec<_>, _>>()?;
        Ok(ends.into_iter().min().ok_or("the server sent no certificate")?)
    }
}

fn end_of(certificate: &CertificateDer<'_>) -> Result<Duration, x509_cert::der::Error> {
    let certificate = Certificate::from_der(certificate)?;
    Ok(certificate.tbs_certificate.validity.not_after.to_unix_duration())
}

/// Finds rustls's own error in that of the connection.
fn is_about_the_certificate(cause: &Cause) -> bool {
    let io = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let error = io.and_then(|error| error.downcast_ref());
    matches!(error, Some(Error::InvalidCertificate(_)))
}

#[async_trait]
impl Check for TlsCheck {
    async fn check(&self) -> Result<(), HealthError> {
        let end = match self.target.bound(self.end()).await? {
            Err(cause) if is_about_the_certificate(&cause) => {
                Err(cause).or_unhealthy("The certificate is not valid")?
            }
            end => end.map_err(|cause| self.target.unreachable(cause))?,
        };
        let left = (UNIX_EPOCH + end).duration_since(SystemTime::now()).unwrap_or_default();
        if left < DAY.saturating_mul(self.warn_below) {
            let cause = format!("ends in {} days", left.as_secs() / DAY.as_secs());
            return Err(HealthError::warn("The certificate ends soon").caused_by(cause));
        }
        Ok(())
    }
}
