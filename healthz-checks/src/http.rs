use std::ops::RangeInclusive;

use healthz_core::{Check, HealthError, async_trait};
use reqwest_013::{Client, Error, Url};

use crate::target::{Target, target_setters};

/// Does this URL answer `GET` with 200 to 299?
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | it does | pass | | |
/// | it answers otherwise | fail | `The service is unhealthy` | the status |
/// | it answers with a redirect, followed or not | fail | `The service is unhealthy` | `redirected`, or the status |
/// | refused, no such host, silent | fail | `Can't reach the service` | reqwest's error, without the URL |
///
/// The URL is never logged or sent: it may hold a token. The body is not read. Give it the client
/// that the service has, so that connections and TLS settings are those of the real requests.
///
/// Do not ask for the readiness of another service of yours: one database that fails then takes
/// down every service in the chain, and none comes back before the other. Ask for something that
/// the service itself would ask for, or make the check
/// [`optional`](healthz_core::CheckExt::optional).
///
/// ```
/// use healthz_checks::http;
/// use healthz_core::{CheckExt, Registry};
/// use reqwest_013::{Client, Url};
///
/// # fn registry() -> Result<Registry, Box<dyn std::error::Error>> {
/// let search = Url::parse("http://search:9200/_cluster/health")?;
/// let check = http(Client::new(), search).noun("the search").optional();
/// Ok(Registry::builder().check("search", check).readiness("ready", ["search"]).build()?)
/// # }
/// # assert!(registry().is_ok());
/// ```
#[must_use]
pub fn http(client: Client, url: Url) -> HttpCheck {
    HttpCheck { client, url, expected: 200..=299, target: Target::new("the service") }
}

/// The check that [`http`] makes.
#[derive(Debug)]
pub struct HttpCheck {
    client: Client,
    url: Url,
    expected: RangeInclusive<u16>,
    target: Target,
}

impl HttpCheck {
    target_setters!();

    /// Passes for these status codes instead of 200 to 299: `401..=401` where a login is asked for.
    #[must_use]
    pub fn expect(mut self, codes: RangeInclusive<u16>) -> Self {
        self.expected = codes;
        self
    }
}

#[async_trait]
impl Check for HttpCheck {
    async fn check(&self) -> Result<(), HealthError> {
        let answer = self.client.get(self.url.clone()).send();
        let answer = self.target.reach(async { answer.await.map_err(Error::without_url) }).await?;
        let status = answer.status();
        let cause = if bare(answer.url()) != bare(&self.url) {
            "redirected".to_owned()
        } else if !self.expected.contains(&status.as_u16()) {
            status.to_string()
        } else {
            return Ok(());
        };
        Err(HealthError::new("The service is unhealthy").caused_by(cause))
    }
}

/// A URL as it is asked for: reqwest takes user and password out of it, and nobody sends a
/// fragment.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // Only a URL without a host has no user, and none of these was ever sent.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url
}
