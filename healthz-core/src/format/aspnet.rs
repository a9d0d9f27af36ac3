//! The document of ASP.NET's health checks as the package of Xabaril writes it, for its dashboard.

use std::time::Duration;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    format::{PLAIN_LIMIT, json, merged::Merged, shown::Shown},
    report::{check_report::CheckReport, status::Status},
    support::times,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    status: &'static str,
    total_duration: String,
    entries: Entries<'a>,
}

struct Entries<'a>(Merged<'a>);

/// Always empty: we have no numbers beside the duration.
#[derive(Serialize)]
struct Data {}

#[derive(Serialize)]
struct Entry {
    data: Data,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    duration: String,
    status: &'static str,
    tags: &'static [&'static str],
}

pub(crate) fn render(shown: &Shown) -> Vec<u8> {
    let merged = Merged::of(shown);
    // They run side by side.
    let total = merged.checks().filter_map(CheckReport::duration).max().unwrap_or_default();
    json::render(&Document {
        status: word(shown.status()),
        total_duration: times::time_span(total),
        entries: Entries(merged),
    })
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Pass => "Healthy",
        Status::Warn => "Degraded",
        Status::Fail => "Unhealthy",
    }
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_map(None)?;
        for check in self.0.checks() {
            let entry = Entry {
                data: Data {},
                description: check.text().map(|text| json::cut(text, PLAIN_LIMIT).into_owned()),
                duration: times::time_span(check.duration().unwrap_or_default()),
                status: word(check.status()),
                tags: if check.is_optional() { &["optional"] } else { &[] },
            };
            entries.serialize_entry(check.name(), &entry)?;
        }
        if let Some((key, text)) = self.0.omitted() {
            let entry = Entry {
                data: Data {},
                description: Some(text),
                duration: times::time_span(Duration::ZERO),
                status: word(Status::Pass),
                tags: &[],
            };
            entries.serialize_entry(&key, &entry)?;
        }
        entries.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::samples::{one, ready, three};

    #[test]
    fn it_is_what_xabarils_package_writes() {
        let shown = one(ready(three()));
        assert_eq!(
            String::from_utf8(render(&shown)).unwrap(),
            "{\"status\": \"Unhealthy\", \"totalDuration\": \"00:00:00.0123450\", \"entries\": \
             {\"database\": {\"data\": {}, \"description\": \"Can't reach the database\", \
             \"duration\": \"00:00:00.0123450\", \"status\": \"Unhealthy\", \"tags\": []}, \
             \"search\": {\"data\": {}, \"description\": \"The search check timed out\", \
             \"duration\": \"00:00:00.0123450\", \"status\": \"Degraded\", \"tags\": \
             [\"optional\"]}, \"disk\": {\"data\": {}, \"duration\": \"00:00:00.0123450\", \
             \"status\": \"Healthy\", \"tags\": []}}}"
        );
    }
}
