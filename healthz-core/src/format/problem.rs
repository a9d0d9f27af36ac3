use std::io;

use bytes::Bytes;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::{
    format::{LIMIT, PLAIN_LIMIT},
    report::{Report, check_report::CheckReport},
};

const ELLIPSIS: &str = "...";

#[derive(Serialize)]
struct Problem<'a> {
    status: u16,
    title: &'a str,
}

/// Renders a report. It is longer than our own texts are only if a check's own text is.
pub(crate) fn report(report: &Report) -> Bytes {
    let failed = report.checks().iter().filter(|check| check.status().is_fail());
    let own = failed.filter(|check| check.own_text).filter_map(CheckReport::text);
    let limit = if own.into_iter().any(is_long) { LIMIT } else { PLAIN_LIMIT };
    problem(report.code(), report.title(), limit)
}

/// Renders the document as flask-healthz does, in at most `limit` bytes: a longer title is cut between
/// two characters and ends in `...`.
pub(crate) fn problem(status: u16, title: &str, limit: usize) -> Bytes {
    let room = limit.saturating_sub(frame());
    if escaped_len(title) <= room {
        return render(&Problem { status, title });
    }
    let mut left = room.saturating_sub(ELLIPSIS.len());
    let fits = |&(_, character): &(usize, char)| {
        let needed = escaped_len_of(character);
        let fits = needed <= left;
        left = left.saturating_sub(needed);
        fits
    };
    let end = title.char_indices().take_while(fits).last().map_or(0, |(at, c)| at + c.len_utf8());
    let title = [&title[..end], ELLIPSIS].concat();
    render(&Problem { status, title: &title })
}

/// Whether this text alone makes a document longer than the plain limit.
fn is_long(text: &str) -> bool {
    frame() + escaped_len(text) > PLAIN_LIMIT
}

fn frame() -> usize {
    br#"{"status": 503, "title": ""}"#.len()
}

fn escaped_len(text: &str) -> usize {
    text.chars().map(escaped_len_of).sum()
}

fn escaped_len_of(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        ' '..='~' => 1,
        other => 6 * other.len_utf16(),
    }
}

fn render(problem: &Problem<'_>) -> Bytes {
    let mut bytes = Vec::with_capacity(frame() + problem.title.len());
    // A `Vec` takes every byte and the document has string keys only, so nothing can fail.
    let written = problem.serialize(&mut Serializer::with_formatter(&mut bytes, Python));
    debug_assert!(written.is_ok(), "{written:?}");
    bytes.into()
}

/// Writes JSON as Python's `json.dumps` does by default.
struct Python;

impl Formatter for Python {
    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|c| !matches!(c, ' '..='~')) {
            let (printable, other) = rest.split_at(at);
            writer.write_all(printable.as_bytes())?;
            let mut characters = other.chars();
            if let Some(character) = characters.next() {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(title: &str, limit: usize) -> String {
        String::from_utf8(problem(503, title, limit).to_vec()).unwrap()
    }

    #[test]
    fn every_character_is_as_long_as_counted() {
        for character in (0..0x1_1000).filter_map(char::from_u32) {
            let text = character.to_string();
            assert_eq!(body(&text, 1024).len(), frame() + escaped_len(&text), "{character:?}");
        }
    }

    #[test]
    fn only_printable_ascii_is_written_as_it_is() {
        assert_eq!(body("a \u{7f}~\u{e9}", 1024), r#"{"status": 503, "title": "a \u007f~\u00e9"}"#);
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
