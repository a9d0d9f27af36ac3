use std::str::Chars;

use crate::{outcome::Outcome, probe_error::ProbeError};

/// What came of an answer until now, at least its header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    length: Option<usize>,
    body: &'a [u8],
}

impl<'a> Answer<'a> {
    /// Reads the header; `None` if more of it has to come.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Option<Self>, ProbeError> {
        const VERSION: &[u8] = b"HTTP/1.";
        let version = &VERSION[..VERSION.len().min(bytes.len())];
        if !bytes.starts_with(version) {
            return Err(ProbeError::NotHttp);
        }
        let Some((head, body)) = split(bytes) else { return Ok(None) };
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let status = status(lines.next().unwrap_or_default()).ok_or(ProbeError::NotHttp)?;
        let length = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        Ok(Some(Self { status, length, body }))
    }

    pub(crate) fn has_length(&self) -> bool {
        self.length.is_some()
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.length.is_some_and(|length| self.body.len() >= length)
    }

    pub(crate) fn outcome(&self) -> Outcome {
        Outcome { status: self.status, title: title(&String::from_utf8_lossy(self.body)) }
    }
}

/// The header with its last line end, and what follows the empty line.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    ends.map(|(at, _)| bytes.split_at(at + 1)).find_map(|(head, rest)| {
        let body = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))?;
        Some((head, body))
    })
}

/// The status in `HTTP/1.1 200 OK`.
fn status(line: &str) -> Option<u16> {
    let mut words = line.split(' ');
    let minor = words.next()?.strip_prefix("HTTP/1.")?;
    let status = words.next()?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (minor.len() == 1 && digits(minor) && status.len() == 3 && digits(status)).then_some(())?;
    status.parse().ok()
}

/// The title in the JSON of a problem, unescaped, as far as it can be read.
fn title(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("\"title\"")?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (mut units, mut rest) = (Vec::new(), rest.chars());
    while let Some(next) = rest.next() {
        let plain = match next {
            '"' => break,
            '\\' => match rest.next() {
                Some('u') => match unit(&mut rest) {
                    Some(unit) => {
                        units.push(unit);
                        continue;
                    }
                    None => break,
                },
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => break,
            },
            other => other,
        };
        units.extend_from_slice(plain.encode_utf16(&mut [0; 2]));
    }
    // An emoji is two escapes, so that nothing can be decoded before the end.
    Some(String::from_utf16_lossy(&units)).filter(|title| !title.is_empty())
}

/// The four digits of an escape.
fn unit(rest: &mut Chars) -> Option<u16> {
    (0..4).try_fold(0, |unit, _| {
        let digit = u16::try_from(rest.next()?.to_digit(16)?).ok()?;
        Some(unit << 4 | digit)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_answer_is_a_panic(bytes: Vec<u8>, header in "HTTP/1\\.[01] [0-9]{3}\\PC{0,9}\r?\n\r?\n") {
            for bytes in [&bytes[..], &[header.as_bytes(), &bytes].concat()] {
                if let Ok(Some(answer)) = Answer::parse(bytes) {
                    answer.outcome();
                }
            }
        }

        #[test]
        fn no_body_is_a_panic(body in "(\"title\"|[:\"\\\\ud8c0\u{20ac} ])*") {
            title(&body);
        }

        /// More bytes do not make another answer of it.
        #[test]
        fn a_status_that_is_read_stays(status in 100..600_u16, length in 0..99_usize) {
            let text = format!("HTTP/1.1 {status} x\r\nContent-Length: {length}\r\n\r\n");
            let whole = [text.as_bytes(), &vec![b'x'; length]].concat();
            for end in 0..=whole.len() {
                let answer = Answer::parse(&whole[..end]).unwrap();
                prop_assert_eq!(answer.is_some(), end >= text.len());
                if let Some(answer) = answer {
                    prop_assert_eq!((answer.status, answer.length), (status, Some(length)));
                    prop_assert_eq!(answer.is_whole(), end == whole.len());
                }
            }
        }
    }
}
