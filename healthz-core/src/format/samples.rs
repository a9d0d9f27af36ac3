//! Reports made by hand, for the tests of the views.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    format::shown::{Links, Section, Shown},
    lifecycle::Lifecycle,
    plan::{endpoint_kind::EndpointKind, service::Service},
    report::{
        Report,
        check_report::CheckReport,
        known::Known,
        known_check::{KnownCheck, Runs, Transitions},
        known_endpoint::KnownEndpoint,
        past_transition::PastTransition,
        status::Status,
    },
};

/// 2026-11-25 03:12:44 UTC.
pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_576_364)
}

pub(crate) fn ago(seconds: u64) -> SystemTime {
    now() - Duration::from_secs(seconds)
}

pub(crate) fn check(name: &str, status: Status, text: Option<&str>) -> CheckReport {
    CheckReport {
        name: name.into(),
        status,
        optional: status.is_warn(),
        text: text.map(Into::into),
        own_text: text.is_some(),
        duration: Some(Duration::from_micros(12_345)),
        age: Some(Duration::from_millis(1500)),
        since: Some(ago(250)),
        stale: false,
        pending: false,
        thresholded: false,
        consecutive_failures: if status.is_pass() { 0 } else { 3 },
    }
}

/// One check of each status.
pub(crate) fn three() -> Vec<CheckReport> {
    vec![
        check("database", Status::Fail, Some("Can't reach the database")),
        check("search", Status::Warn, Some("The search check timed out")),
        check("disk", Status::Pass, None),
    ]
}

pub(crate) fn section(name: &str, kind: EndpointKind, report: Report) -> Section {
    Section { name: name.into(), kind, report: Arc::new(report.at(now())) }
}

pub(crate) fn ready(checks: Vec<CheckReport>) -> Section {
    section("ready", EndpointKind::Readiness, Report::new(checks))
}

pub(crate) fn one(section: Section) -> Shown {
    let (code, title) = (section.report.code(), section.report.title().to_owned());
    shown(section.name.clone(), false, code, title, vec![section])
}

pub(crate) fn overview(sections: Vec<Section>) -> Shown {
    let (code, title) = Shown::summary(&sections);
    shown("healthz".into(), true, code, title, sections)
}

fn shown(
    name: Arc<str>,
    overview: bool,
    code: u16,
    title: String,
    sections: Vec<Section>,
) -> Shown {
    Shown {
        name,
        overview,
        code,
        title,
        time: now(),
        lifecycle: Lifecycle::Running,
        sections,
        verbose: true,
        excluded: Vec::new(),
        unknown: Vec::new(),
        omitted: 0,
        service: Service::default(),
        known: None,
        links: Links::default(),
    }
}

pub(crate) fn known_check(name: &str, status: Option<Status>) -> KnownCheck {
    let counted = u64::from(status.is_some());
    let history = [(9000, Status::Fail), (8000, Status::Pass), (610, Status::Fail)];
    let past = |(seconds, status): (u64, Status)| {
        let text = status.is_fail().then_some("Can't reach it");
        PastTransition::new(ago(seconds), status, text)
    };
    KnownCheck {
        name: name.into(),
        status,
        optional: false,
        failing: status == Some(Status::Fail),
        text: None,
        duration: status.map(|_| Duration::from_millis(250)),
        age: status.map(|_| Duration::from_secs(2)),
        since: status.map(|_| ago(610)),
        stale: false,
        consecutive_failures: 0,
        runs: Runs { pass: 7 * counted, warn: 0, fail: 2 * counted, timeout: 0, panic: 0 },
        transitions: Transitions { pass: counted, warn: 0, fail: 2 * counted },
        history: if status.is_some() { history.map(past).into() } else { Vec::new() },
    }
}

pub(crate) fn known(checks: Vec<KnownCheck>) -> Known {
    let names = checks.iter().map(|check| check.name.clone()).collect();
    let endpoint = KnownEndpoint {
        name: "ready".into(),
        kind: EndpointKind::Readiness,
        status: Some(Status::Fail),
        title: "Can't reach it".into(),
        checks: names,
    };
    Known {
        time: now(),
        lifecycle: Lifecycle::Running,
        runtime: None,
        checks,
        endpoints: vec![endpoint],
    }
}
