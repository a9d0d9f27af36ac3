use std::{sync::Arc, time::SystemTime};

use bytes::Bytes;

use crate::{
    format::LIMIT,
    lifecycle::Lifecycle,
    plan::{endpoint_kind::EndpointKind, service::Service},
    report::{OK, Report, known::Known, status::Status},
};

/// What a view shows: one endpoint, one check of it alone, or all endpoints.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// As the last line of the text calls it: `ready`, `ready/database`.
    pub(crate) name: Arc<str>,
    pub(crate) overview: bool,
    pub(crate) code: u16,
    pub(crate) title: String,
    pub(crate) time: SystemTime,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) sections: Vec<Section>,
    pub(crate) verbose: bool,
    /// Checks that were not asked because the reader said so.
    pub(crate) excluded: Vec<String>,
    /// What else the reader wanted excluded.
    pub(crate) unknown: Vec<String>,
    /// How many entries were cut.
    pub(crate) omitted: usize,
    pub(crate) service: Service,
    /// For the page's history alone.
    pub(crate) known: Option<Known>,
    #[cfg_attr(not(feature = "page"), allow(dead_code, reason = "only the page reads it"))]
    pub(crate) links: Links,
}

/// One endpoint, or one check of it.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) name: Arc<str>,
    pub(crate) kind: EndpointKind,
    pub(crate) report: Arc<Report>,
}

/// Where the page's links lead, relative to the page.
#[derive(Debug, Clone, Default)]
#[cfg_attr(not(feature = "page"), allow(dead_code, reason = "only the page reads it"))]
pub(crate) struct Links {
    /// Of the overview; `None` where there is none, or on the overview itself.
    pub(crate) overview: Option<String>,
    /// What comes before an endpoint's name.
    pub(crate) endpoints: String,
    /// There is no telling where they would lead.
    pub(crate) nowhere: bool,
}

impl Section {
    pub(crate) fn kind(&self) -> &'static str {
        self.kind.name()
    }
}

impl Shown {
    /// Everything at once: healthy if every endpoint is, with the titles of those that are not.
    pub(crate) fn summary(sections: &[Section]) -> (u16, String) {
        let failing = sections.iter().filter(|section| section.report.code() != 200);
        let mut titles: Vec<&str> = Vec::new();
        for section in failing {
            if !titles.contains(&section.report.title()) {
                titles.push(section.report.title());
            }
        }
        if titles.is_empty() { (200, OK.into()) } else { (503, titles.join("; ")) }
    }

    /// The worst status of all.
    pub(crate) fn status(&self) -> Status {
        let status = self.sections.iter().map(|section| section.report.status()).max();
        let told = if self.code == 200 { Status::Pass } else { Status::Fail };
        status.map_or(told, |status| status.max(told))
    }

    /// Whether the lifecycle alone makes it unhealthy.
    pub(crate) fn is_closed(&self) -> bool {
        let mut failing = self.sections.iter().filter(|section| section.report.code() != 200);
        self.code != 200 && failing.all(|section| section.report.is_closed())
    }

    /// Renders at most [`LIMIT`] bytes: entries that do not fit are cut from the end, and counted.
    pub(crate) fn fitting(&self, render: fn(&Self) -> Vec<u8>) -> Bytes {
        let whole = render(self);
        if whole.len() <= LIMIT {
            return whole.into();
        }
        let checks = |section: &Section| section.report.checks().len();
        let (mut fits, mut too_many) = (0, self.sections.iter().map(|s| 1 + checks(s)).sum());
        while too_many - fits > 1 {
            let middle = usize::midpoint(fits, too_many);
            if render(&self.first(middle)).len() <= LIMIT {
                fits = middle;
            } else {
                too_many = middle;
            }
        }
        render(&self.first(fits)).into()
    }

    /// The same with the first entries only; an endpoint is an entry, and so is each of its checks.
    fn first(&self, entries: usize) -> Self {
        let (mut left, mut omitted) = (entries, 0);
        let mut sections = Vec::new();
        for section in &self.sections {
            let checks = section.report.checks().len();
            let one_alone = !self.overview;
            if left == 0 && !one_alone {
                omitted += 1;
                continue;
            }
            left = left.saturating_sub(1);
            let kept = checks.min(left);
            left -= kept;
            omitted += checks - kept;
            let report = Arc::new(section.report.first(kept));
            sections.push(Section { report, ..section.clone() });
        }
        Self { sections, omitted, ..self.clone() }
    }
}
