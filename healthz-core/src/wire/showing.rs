use std::{sync::Arc, time::SystemTime};

use crate::{
    format::{
        openmetrics::{self, Dialect},
        shown::{Section, Shown},
        view::View,
    },
    lifecycle::Lifecycle,
    plan::{endpoint_kind::EndpointKind, prefix::Prefix, service::Service},
    report::{Report, known::Known},
    wire::{answer::Answer, asked::Asked, links::links, readers::Readers, request::Request},
};

/// A view that was asked for, until there is something to show.
pub(crate) struct Showing {
    shown: Shown,
    view: View,
    details: bool,
}

/// What an endpoint came to.
pub(crate) type Told = (Arc<str>, EndpointKind, Report);

impl Showing {
    /// What is asked for of everything, of an endpoint, or of a check if it has two names.
    pub(crate) fn new(
        request: &Request<'_>,
        asked: &Asked,
        names: &[&str],
        prefix: &Prefix,
        readers: &Readers,
    ) -> Self {
        let details = readers.details.are_for(request);
        // Whoever may not see the names of checks is told none.
        let name = if details {
            names.join("/")
        } else {
            names.first().copied().unwrap_or_default().into()
        };
        let overview = names.is_empty();
        let shown = Shown {
            name: if overview { prefix.last().into() } else { name.into() },
            overview,
            code: 200,
            title: String::new(),
            time: SystemTime::UNIX_EPOCH,
            lifecycle: Lifecycle::Running,
            sections: Vec::new(),
            verbose: asked.verbose && details,
            excluded: Vec::new(),
            unknown: Vec::new(),
            omitted: 0,
            service: if details { readers.service.clone() } else { Service::default() },
            known: None,
            links: links(prefix, request),
        };
        Self { shown, view: asked.view, details }
    }

    /// Notes what is left out because the reader said so, and what cannot be.
    pub(crate) fn exclude(&mut self, excluded: Vec<String>, unknown: Vec<String>) {
        if self.details {
            (self.shown.excluded, self.shown.unknown) = (excluded, unknown);
        }
    }

    /// Whether it shows what is known from before.
    pub(crate) fn has_history(&self) -> bool {
        self.details && self.view == View::Page
    }

    /// Shows what the endpoints came to.
    pub(crate) fn answer(
        self,
        told: Vec<Told>,
        lifecycle: Lifecycle,
        known: Option<Known>,
    ) -> Answer {
        let Self { mut shown, view, details } = self;
        let section = |(name, kind, report): Told| {
            let report = if details { report } else { report.without_details() };
            Section { name, kind, report: Arc::new(report) }
        };
        let sections: Vec<_> = told.into_iter().map(section).collect();
        (shown.code, shown.title) = match &sections[..] {
            [one] if !shown.overview => (one.report.code(), one.report.title().to_owned()),
            all => Shown::summary(all),
        };
        let times = sections.iter().map(|section| section.report.time());
        shown.time = times.max().unwrap_or_else(SystemTime::now);
        (shown.lifecycle, shown.sections, shown.known) = (lifecycle, sections, known);
        Answer::view(view, shown.code, shown.is_closed(), view.render(&shown))
    }
}

/// What is known, as time series; `request` decides whether checks are among them.
pub(crate) fn metrics(request: &Request<'_>, known: Known, readers: &Readers) -> Answer {
    let details = readers.details.are_for(request);
    let known = if details { known } else { known.without_details() };
    Answer::metrics(openmetrics::render(&known, Dialect::OpenMetrics))
}

/// What is known, as text to append to other time series.
pub(crate) fn metrics_text(known: &Known) -> String {
    openmetrics::render(known, Dialect::Text)
}
