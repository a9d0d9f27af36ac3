//! `application/health+json`, draft-inadarei-api-health-check-06.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    format::{PLAIN_LIMIT, json, merged::Merged, shown::Shown},
    report::status::Status,
    support::times,
};

/// The longest text that a service says of itself.
const SELF_LIMIT: usize = 256;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    release_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Checks<'a>>,
}

#[derive(Serialize)]
struct CheckEntry {
    status: Status,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
}

struct Checks<'a>(&'a Shown, Merged<'a>);

pub(crate) fn render(shown: &Shown) -> Vec<u8> {
    let own = |text: &Option<String>| {
        text.as_deref().map(|text| json::cut(text, SELF_LIMIT).into_owned())
    };
    let merged = Merged::of(shown);
    json::render(&Document {
        status: shown.status(),
        version: own(&shown.service.version),
        release_id: own(&shown.service.release_id),
        service_id: own(&shown.service.id),
        description: own(&shown.service.description),
        output: (shown.code != 200).then(|| json::cut(&shown.title, PLAIN_LIMIT).into_owned()),
        checks: (!merged.is_empty()).then_some(Checks(shown, merged)),
    })
}

impl Serialize for Checks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(shown, merged) = self;
        let mut entries = serializer.serialize_map(None)?;
        let time = |age: Option<_>| {
            let ended = age.and_then(|age| shown.time.checked_sub(age));
            times::timestamp(ended.unwrap_or(shown.time))
        };
        for check in merged.checks() {
            let output = check.text().filter(|_| !check.status().is_pass());
            let entry = CheckEntry {
                status: check.status(),
                time: time(check.age()),
                output: output.map(|text| json::cut(text, PLAIN_LIMIT).into_owned()),
            };
            entries.serialize_entry(check.name(), &[entry])?;
        }
        if let Some((key, text)) = merged.omitted() {
            let (status, time, output) = (shown.status(), time(None), Some(text));
            entries.serialize_entry(&key, &[CheckEntry { status, time, output }])?;
        }
        entries.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        format::samples::{one, overview, ready, three},
        plan::{endpoint_kind::EndpointKind, service::Service},
        report::Report,
    };

    fn document(shown: &Shown) -> Value {
        serde_json::from_slice(&render(shown)).unwrap()
    }

    #[test]
    fn each_check_is_a_member_with_output_unless_it_passes() {
        let time = "2026-11-25T03:12:42.500Z";
        let expected = json!({
            "status": "fail",
            "output": "Can't reach the database",
            "checks": {
                "database":
                    [{ "status": "fail", "time": time, "output": "Can't reach the database" }],
                "search":
                    [{ "status": "warn", "time": time, "output": "The search check timed out" }],
                "disk": [{ "status": "pass", "time": time }],
            },
        });
        assert_eq!(document(&one(ready(three()))), expected);
    }

    #[test]
    fn a_service_says_who_it_is() {
        let mut shown = one(ready(Vec::new()));
        shown.service = Service {
            id: Some("notes".into()),
            version: Some("1".into()),
            release_id: Some("1.4.2".into()),
            description: Some("keeps notes".into()),
        };
        let expected = json!({
            "status": "pass", "serviceId": "notes", "version": "1", "releaseId": "1.4.2",
            "description": "keeps notes",
        });
        assert_eq!(document(&shown), expected);
    }

    #[test]
    fn a_check_of_two_endpoints_is_one_member() {
        let mut startup = ready(three().split_off(1));
        startup.kind = EndpointKind::Startup;
        let shown = overview(vec![startup, ready(three())]);
        let names: Vec<_> =
            document(&shown)["checks"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(names.len(), 3, "{names:?}");
    }

    #[test]
    fn the_lifecycle_alone_fails_it_without_a_check() {
        let closed = one(crate::format::samples::section(
            "ready",
            EndpointKind::Readiness,
            Report::closed("Starting"),
        ));
        assert_eq!(document(&closed), json!({ "status": "fail", "output": "Starting" }));
    }
}
