//! Durations as people write them, `1m 30s` or `500ms`.

use std::time::Duration;

use humantime::{format_duration, parse_duration};
use serde::Serializer;

pub(crate) fn read(text: &str) -> Option<Duration> {
    parse_duration(text.trim()).ok()
}

pub(crate) fn write<S: Serializer>(duration: Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_duration(duration))
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
pub(crate) fn serialize<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => write(*duration, serializer),
        None => serializer.serialize_none(),
    }
}
