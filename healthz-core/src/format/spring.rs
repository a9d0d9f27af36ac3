//! The document of Spring Boot's actuator, which Spring Boot Admin reads.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    format::{
        PLAIN_LIMIT, json,
        merged::Merged,
        shown::{Section, Shown},
    },
    report::{Report, check_report::CheckReport, status::Status},
    support::times,
};

const UP: &str = "UP";
const DOWN: &str = "DOWN";
const OUT_OF_SERVICE: &str = "OUT_OF_SERVICE";
const UNKNOWN: &str = "UNKNOWN";

#[derive(Serialize)]
struct Document<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<Components<'a>>,
}

/// The checks of an endpoint, or all endpoints with theirs.
enum Components<'a> {
    Checks(&'a Report, Option<(String, String)>),
    Endpoints(&'a [Section], Option<(String, String)>),
}

#[derive(Serialize)]
struct Component {
    status: &'static str,
    details: Details,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    optional: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
}

pub(crate) fn render(shown: &Shown) -> Vec<u8> {
    let omitted = Merged::of(shown).omitted();
    let components = match &shown.sections[..] {
        [] => None,
        [one] if !shown.overview => {
            let any = !one.report.checks().is_empty() || omitted.is_some();
            any.then_some(Components::Checks(&one.report, omitted))
        }
        all => Some(Components::Endpoints(all, omitted)),
    };
    json::render(&Document { status: status(shown.code, shown.is_closed()), components })
}

fn status(code: u16, closed: bool) -> &'static str {
    match (code, closed) {
        (200, _) => UP,
        (_, true) => OUT_OF_SERVICE,
        (_, false) => DOWN,
    }
}

impl Component {
    fn of(check: &CheckReport) -> Self {
        Self {
            // A warning takes nothing down.
            status: if check.status().is_fail() { DOWN } else { UP },
            details: Details {
                status: Some(check.status()),
                text: check.text().map(|text| json::cut(text, PLAIN_LIMIT).into_owned()),
                optional: Some(check.is_optional()),
                duration_ms: check.duration().map(times::millis),
                since: check.since().map(times::timestamp),
            },
        }
    }

    fn omitted(text: &str) -> Self {
        Self { status: UNKNOWN, details: Details { text: Some(text.into()), ..Details::default() } }
    }
}

impl Serialize for Components<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_map(None)?;
        let omitted = match self {
            Self::Checks(report, omitted) => {
                for check in report.checks() {
                    entries.serialize_entry(check.name(), &Component::of(check))?;
                }
                omitted
            }
            Self::Endpoints(sections, omitted) => {
                for Section { name, report, .. } in *sections {
                    let status = status(report.code(), report.is_closed());
                    let checks = !report.checks().is_empty();
                    let components = checks.then_some(Components::Checks(report, None));
                    entries.serialize_entry(&**name, &Document { status, components })?;
                }
                omitted
            }
        };
        if let Some((key, text)) = omitted {
            entries.serialize_entry(key, &Component::omitted(text))?;
        }
        entries.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        format::samples::{one, overview, ready, section, three},
        plan::endpoint_kind::EndpointKind,
        report::STARTING,
    };

    fn document(shown: &Shown) -> Value {
        serde_json::from_slice(&render(shown)).unwrap()
    }

    #[test]
    fn each_check_is_a_component() {
        let document = document(&one(ready(three())));
        assert_eq!(document["status"], "DOWN");
        let statuses = ["database", "search", "disk"].map(|name| &document["components"][name]);
        assert_eq!(statuses.map(|component| &component["status"]), ["DOWN", "UP", "UP"]);
        let details = json!({
            "status": "warn", "text": "The search check timed out", "optional": true,
            "durationMs": 12.345, "since": "2026-11-25T03:08:34.000Z",
        });
        assert_eq!(statuses[1]["details"], details);
    }

    #[test]
    fn the_overview_of_one_endpoint_is_an_overview() {
        let document = document(&overview(vec![ready(three())]));
        let of_endpoint = &document["components"]["ready"]["components"];
        assert_eq!(of_endpoint["database"]["status"], "DOWN", "{document}");
    }

    #[test]
    fn what_the_lifecycle_closes_is_out_of_service() {
        let starting = section("ready", EndpointKind::Readiness, Report::closed(STARTING));
        assert_eq!(document(&one(starting.clone())), json!({ "status": "OUT_OF_SERVICE" }));
        let live = section("live", EndpointKind::Liveness, Report::new(Vec::new()));
        let expected = json!({
            "status": "OUT_OF_SERVICE",
            "components": { "ready": { "status": "OUT_OF_SERVICE" }, "live": { "status": "UP" } },
        });
        assert_eq!(document(&overview(vec![starting.clone(), live])), expected);
        assert_eq!(document(&overview(vec![starting, ready(three())]))["status"], "DOWN");
    }
}
