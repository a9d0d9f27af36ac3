//! problem+json: flask-healthz's own document, and with `?verbose` what it is made of.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Serialize, Serializer, ser::SerializeSeq};

use crate::{
    format::{
        LIMIT, PLAIN_LIMIT, json,
        shown::{Section, Shown},
    },
    report::{Report, check_report::CheckReport, status::Status},
};

/// The JSON Schema (draft 2020-12) of every answer in the default view, `?verbose` included.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(healthz_core::PROBLEM_SCHEMA)?;
/// assert_eq!(schema["required"], serde_json::json!(["status", "title"]));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const PROBLEM_SCHEMA: &str = include_str!("../../schema/problem.json");

#[derive(Serialize)]
struct Problem<'a> {
    status: u16,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Checks<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoints: Option<Endpoints<'a>>,
}

/// Renders a report. It is longer than our own texts are only if a check's own text is.
pub(crate) fn report(report: &Report) -> Bytes {
    problem(report.code(), report.title(), limit_of([report]))
}

/// Renders the document as flask-healthz does, in at most `limit` bytes: a longer title is cut
/// between two characters and ends in `...`.
pub(crate) fn problem(status: u16, title: &str, limit: usize) -> Bytes {
    let title = &json::cut(title, limit.saturating_sub(frame()));
    json::render(&Problem { status, title, checks: None, endpoints: None }).into()
}

/// Renders what is shown: with `verbose`, everything that is known of each check.
pub(crate) fn render(shown: &Shown) -> Vec<u8> {
    if !shown.verbose {
        let reports = shown.sections.iter().map(|section| &*section.report);
        return problem(shown.code, &shown.title, limit_of(reports)).into();
    }
    // The texts have entries of their own here, so the title need not hold them whole.
    let title = &json::cut(&shown.title, PLAIN_LIMIT);
    let omitted = shown.omitted;
    let (checks, endpoints) = match &shown.sections[..] {
        [one] if !shown.overview => (Some(Checks { section: one, omitted }), None),
        all => (None, Some(Endpoints { sections: all, omitted })),
    };
    json::render(&Problem { status: shown.code, title, checks, endpoints })
}

/// The limit of a document whose title holds the texts of these reports.
fn limit_of<'a>(reports: impl IntoIterator<Item = &'a Report>) -> usize {
    let checks = reports.into_iter().flat_map(Report::checks);
    let failed = checks.filter(|check| check.status().is_fail() && check.own_text);
    let long = failed.filter_map(CheckReport::text).any(is_long);
    if long { LIMIT } else { PLAIN_LIMIT }
}

/// Whether this text alone makes a document longer than the plain limit.
fn is_long(text: &str) -> bool {
    frame() + json::escaped_len(text) > PLAIN_LIMIT
}

fn frame() -> usize {
    br#"{"status": 503, "title": ""}"#.len()
}

struct Checks<'a> {
    section: &'a Section,
    omitted: usize,
}

struct Endpoints<'a> {
    sections: &'a [Section],
    omitted: usize,
}

#[derive(Serialize)]
struct EndpointEntry<'a> {
    name: &'a str,
    kind: &'static str,
    status: Status,
    title: &'a str,
    checks: Checks<'a>,
}

/// The last entry, where others had to be left out.
#[derive(Serialize)]
struct Omitted {
    omitted: usize,
}

impl Serialize for Checks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_seq(None)?;
        for check in self.section.report.checks() {
            match check.text().map(|text| json::cut(text, PLAIN_LIMIT)) {
                Some(Cow::Owned(cut)) => {
                    let check = CheckReport { text: Some(cut), ..check.clone() };
                    entries.serialize_element(&check)?;
                }
                _ => entries.serialize_element(check)?,
            }
        }
        if self.omitted > 0 {
            entries.serialize_element(&Omitted { omitted: self.omitted })?;
        }
        entries.end()
    }
}

impl Serialize for Endpoints<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_seq(None)?;
        for section in self.sections {
            entries.serialize_element(&EndpointEntry {
                name: &section.name,
                kind: section.kind(),
                status: section.report.status(),
                title: &json::cut(section.report.title(), PLAIN_LIMIT),
                checks: Checks { section, omitted: 0 },
            })?;
        }
        if self.omitted > 0 {
            entries.serialize_element(&Omitted { omitted: self.omitted })?;
        }
        entries.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        format::samples::{self, check, one, overview, ready, section},
        plan::endpoint_kind::EndpointKind,
    };

    #[test]
    fn verbose_adds_what_is_known_of_each_check() {
        let failing = check("database", Status::Fail, Some("Can't reach the database"));
        let shown = one(ready(vec![failing]));
        assert_eq!(
            String::from_utf8(render(&shown)).unwrap(),
            "{\"status\": 503, \"title\": \"Can't reach the database\", \"checks\": [{\"name\": \
             \"database\", \"status\": \"fail\", \"optional\": false, \"text\": \"Can't reach the \
             database\", \"duration_ms\": 12.345, \"age_ms\": 1500.0, \"since\": \
             \"2026-11-25T03:08:34.000Z\", \"stale\": false, \"pending\": false, \
             \"consecutive_failures\": 3, \"thresholded\": false}]}"
        );
    }

    #[test]
    fn without_verbose_it_is_what_a_probe_reads() {
        let mut shown = one(ready(samples::three()));
        shown.verbose = false;
        assert_eq!(render(&shown), report(&shown.sections[0].report));
    }

    #[test]
    fn the_overview_lists_the_endpoints() {
        let live = section("live", EndpointKind::Liveness, Report::new(Vec::new()));
        let shown = overview(vec![live, ready(samples::three())]);
        let document: serde_json::Value = serde_json::from_slice(&render(&shown)).unwrap();
        assert_eq!(document["status"], 503);
        assert_eq!(document["title"], "Can't reach the database");
        let live = serde_json::json!({
            "name": "live", "kind": "liveness", "status": "pass", "title": "OK", "checks": []
        });
        assert_eq!(document["endpoints"][0], live);
        assert_eq!(document["endpoints"][1]["checks"][2]["name"], "disk");
    }

    #[test]
    fn the_overview_of_one_endpoint_is_an_overview() {
        let document: serde_json::Value =
            serde_json::from_slice(&render(&overview(vec![ready(samples::three())]))).unwrap();
        assert_eq!(document["endpoints"][0]["name"], "ready");
        assert_eq!(document["checks"], serde_json::Value::Null);
    }

    #[test]
    fn a_long_text_of_a_check_is_cut() {
        let text = "x".repeat(PLAIN_LIMIT + 1);
        let shown = one(ready(vec![check("database", Status::Fail, Some(&text))]));
        let document: serde_json::Value = serde_json::from_slice(&render(&shown)).unwrap();
        let shown = document["checks"][0]["text"].as_str().unwrap();
        assert_eq!(shown, json::cut(&text, PLAIN_LIMIT));
        assert!(shown.len() <= PLAIN_LIMIT, "{}", shown.len());
        assert_eq!(document["checks"][0]["name"], "database");
    }

    fn body(title: &str, limit: usize) -> String {
        String::from_utf8(problem(503, title, limit).to_vec()).unwrap()
    }

    #[test]
    fn a_long_title_is_cut_between_characters_and_fills_its_limit() {
        assert_eq!(body(&"x".repeat(5000), 1024).len(), 1024);
        for (text, loss) in [("\u{1f4a5}", 11), ("\u{e9}", 5), ("\"", 1)] {
            let body = body(&text.repeat(5000), 1024);
            assert!((1024 - loss..=1024).contains(&body.len()), "{}", body.len());
            assert!(body.ends_with("...\"}"));
            assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok());
        }
    }

    #[test]
    fn a_title_that_just_fits_is_whole() {
        let title = "x".repeat(1024 - frame());
        assert_eq!(body(&title, 1024), format!("{{\"status\": 503, \"title\": \"{title}\"}}"));
        assert!(!is_long(&title));
        assert!(is_long(&format!("{title}x")));
    }
}
