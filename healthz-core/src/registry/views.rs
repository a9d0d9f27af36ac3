use std::{borrow::Cow, pin::Pin, sync::atomic::Ordering};

use crate::{
    plan::prefix::endpoint_name,
    registry::{Registry, Served, responding::Responding},
    support::quoted::quoted,
    wire::{
        answer::Answer,
        asked::Asked,
        request::Request,
        route,
        showing::{self, Showing},
    },
};

/// What a request is for.
pub(crate) enum Target<'a> {
    Overview,
    Endpoint(&'a Served),
    /// One check of an endpoint alone.
    Check(&'a Served, Cow<'a, str>),
}

impl Registry {
    /// Returns what is known of every check and endpoint as time series in Prometheus's text format
    /// (0.0.4), to append to the application's own `/metrics`. Runs no check and waits for none.
    ///
    /// The series are those that the overview gives to a scraper in the OpenMetrics format.
    /// Everything is in it, whatever [`details`](crate::RegistryBuilder::details) says: who reads
    /// it is the application's decision.
    ///
    /// ```
    /// # fn main() -> Result<(), healthz_core::RegistryError> {
    /// let registry = healthz_core::Registry::builder().liveness("live", []).build()?;
    /// let metrics = registry.metrics();
    /// assert!(metrics.contains("healthz_endpoint_up{endpoint=\"live\",kind=\"liveness\"} 1\n"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn metrics(&self) -> String {
        showing::metrics_text(&self.known())
    }

    /// What a tail means; `None` if there is no such endpoint or no such check in it.
    pub(super) fn target<'a>(&'a self, tail: &'a str, name: &str) -> Option<Target<'a>> {
        // An endpoint of any name keeps its place.
        if let Some(served) = self.named(name) {
            return Some(Target::Endpoint(served));
        }
        if tail.is_empty() {
            return self.wildcard().map(|_| Target::Overview);
        }
        let (endpoint, check) = route::check_of(tail)?;
        let served = self.named(&endpoint)?;
        let named = served.responder.checks().any(|name| name == check);
        named.then_some(Target::Check(served, check))
    }

    /// Answers whatever is no plain probe of an endpoint.
    #[cold]
    pub(super) fn view(
        &self,
        request: &Request<'_>,
        name: &str,
        asked: Option<Box<Asked>>,
    ) -> Responding {
        let Some(target) = self.target(request.tail, name) else {
            self.tell_of_slash(request.tail);
            return Responding::ready(route::not_setup(name));
        };
        let asked = asked.map_or_else(Asked::plain, |asked| *asked);
        if asked.is_metrics() {
            let answer = showing::metrics(request, self.known(), &self.shared.readers);
            return Responding::ready(answer);
        }
        self.ensure();
        Responding::view(self.show(request, &target, asked))
    }

    /// Tells the log, once, that an endpoint is not found because of the slash after its name:
    /// nothing else says why every probe fails behind a router that appends slashes.
    fn tell_of_slash(&self, tail: &str) {
        let Some(named) = tail.strip_suffix('/') else { return };
        let name = endpoint_name(named);
        let is_endpoint = self.named(&name).is_some();
        if is_endpoint && !self.shared.slash_told.swap(true, Ordering::Relaxed) {
            let name = quoted(&name);
            let name = name.escape_debug();
            tracing::warn!(
                target: "healthz",
                "`{name}/` was asked for; `{name}` is an endpoint: mount the endpoints outside of what \
                 appends slashes"
            );
        }
    }

    /// Asks the target's checks in the call itself, and shows what they come to.
    fn show(
        &self,
        request: &Request<'_>,
        target: &Target<'_>,
        asked: Asked,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
        let served: Vec<&Served> = match target {
            Target::Overview => self.shared.endpoints.iter().collect(),
            Target::Endpoint(served) | Target::Check(served, _) => vec![*served],
        };
        let names: &[&str] = match target {
            Target::Overview => &[],
            Target::Endpoint(served) => &[&served.responder.name],
            Target::Check(served, check) => &[&served.responder.name, check],
        };
        let (prefix, readers) = (self.shared.paths.prefix(), &self.shared.readers);
        let mut showing = Showing::new(request, &asked, names, prefix, readers);

        let is_meant = |check: &str| match target {
            Target::Check(_, only) => check == only,
            Target::Overview | Target::Endpoint(_) => true,
        };
        let meant = || {
            served
                .iter()
                .flat_map(|served| served.responder.checks())
                .filter(|check| is_meant(check))
        };
        let is_there = |name: &String| meant().any(|check| check == name);
        let (excluded, unknown): (Vec<_>, Vec<_>) = asked.excluded.into_iter().partition(is_there);
        let is_wanted = |check: &str| is_meant(check) && !excluded.iter().any(|name| name == check);
        let begun = |served: &&Served| {
            let responder = &served.responder;
            let report = responder.report(&self.shared.life, &is_wanted);
            (responder.name.clone(), responder.kind, report)
        };
        let begun: Vec<_> = served.iter().map(begun).collect();
        showing.exclude(excluded, unknown);

        let registry = self.clone();
        Box::pin(async move {
            let mut told = Vec::with_capacity(begun.len());
            for (name, kind, report) in begun {
                told.push((name, kind, report.await));
            }
            let known = showing.has_history().then(|| registry.known());
            showing.answer(told, registry.lifecycle(), known)
        })
    }
}
