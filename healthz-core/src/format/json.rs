//! JSON as Python's `json.dumps` writes it by default, and texts cut to size.

use std::{borrow::Cow, io};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

const ELLIPSIS: &str = "...";

/// Writes a document whose keys are strings.
pub(crate) fn render(document: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A `Vec` takes every byte and the document has string keys only, so nothing can fail.
    let written = document.serialize(&mut Serializer::with_formatter(&mut bytes, Python));
    debug_assert!(written.is_ok(), "{written:?}");
    bytes
}

/// The text in at most `room` escaped bytes: a longer one is cut between two characters and ends in
/// `...`.
pub(crate) fn cut(text: &str, room: usize) -> Cow<'_, str> {
    // No character is longer escaped than six times its own length.
    if text.len().saturating_mul(6) <= room || escaped_len(text) <= room {
        return Cow::Borrowed(text);
    }
    let mut left = room.saturating_sub(ELLIPSIS.len());
    let fits = |&(_, character): &(usize, char)| {
        let needed = escaped_len_of(character);
        let fits = needed <= left;
        left = left.saturating_sub(needed);
        fits
    };
    let end = text.char_indices().take_while(fits).last().map_or(0, |(at, c)| at + c.len_utf8());
    Cow::Owned([&text[..end], ELLIPSIS].concat())
}

pub(crate) fn escaped_len(text: &str) -> usize {
    text.chars().map(escaped_len_of).sum()
}

fn escaped_len_of(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        ' '..='~' => 1,
        other => 6 * other.len_utf16(),
    }
}

struct Python;

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

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

    /// As `serde_json` does below 1e16, which is 300,000 years of milliseconds, with what the
    /// standard library has anyway: the tables that `serde_json` has for it are 17 KB.
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write!(writer, "{value:?}")
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

    #[test]
    fn every_character_is_as_long_as_counted() {
        for character in (0..0x1_1000).filter_map(char::from_u32) {
            let text = character.to_string();
            assert_eq!(render(&text).len(), "\"\"".len() + escaped_len(&text), "{character:?}");
        }
    }

    #[test]
    fn only_printable_ascii_is_written_as_it_is() {
        assert_eq!(render(&"a \u{7f}~\u{e9}"), br#""a \u007f~\u00e9""#);
    }

    #[test]
    fn numbers_read_as_serde_json_writes_them() {
        for millis in [0.0, 0.001, 1.0, 12.345, 301.2, 1e15 + 0.5] {
            assert_eq!(render(&millis), serde_json::to_vec(&millis).unwrap());
        }
    }

    #[test]
    fn arrays_and_objects_have_a_space_after_each_sign() {
        assert_eq!(render(&serde_json::json!({ "a": [1, 2] })), br#"{"a": [1, 2]}"#);
    }

    #[test]
    fn a_text_that_just_fits_is_whole() {
        assert_eq!(cut("xxxxx", 5), "xxxxx");
        assert_eq!(cut("xxxxxx", 5), "xx...");
        assert_eq!(cut("\u{e9}\u{e9}", 11), "\u{e9}...");
    }
}
