//! The seal: header values of an answer that no access log needs, in memory of their own.
//!
//! A response that still holds one of them was made by our handler: header values keep the address
//! of the static text they were made from, through cloning and through every middleware that leaves
//! them in place. Nothing that comes over the wire can have that address, so no path, header or
//! upstream server can pass for a probe; and where the values were replaced or copied, a log is
//! loud rather than silent. It costs a probe nothing, where a response extension costs two
//! allocations.

/// Why an answer is left out of access logs.
///
/// Each goes with one status, so that a response whose status was changed on the way is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// The endpoint is healthy: 200.
    Healthy,
    /// The lifecycle alone decided, and core's log has told of it: 503.
    Closed,
}

/// The values that are sealed, one after the other.
///
/// `Content-Type` is among them because security middleware replaces the other two.
pub(crate) const NO_STORE: &str = "no-store";
pub(crate) const NO_SNIFF: &str = "nosniff";

const TEXTS: [&str; 9] = [
    NO_STORE,
    NO_SNIFF,
    "application/problem+json",
    "text/plain; charset=utf-8",
    "application/health+json",
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
    "application/vnd.spring-boot.actuator.v3+json",
    "application/json",
    "text/html; charset=utf-8",
];

const LENGTH: usize = offset(TEXTS.len());

/// The texts once for each seal.
///
/// One static for all, because the linker may let equal constants share an address: a user's own
/// `no-store` must never be this one, and nobody has a constant of all these bytes.
static SEALS: [[u8; LENGTH]; 2] = [joined(), joined()];

impl Seal {
    /// The seal that an answer of this status can have.
    pub(crate) const fn of(status: u16) -> Option<Self> {
        match status {
            200 => Some(Self::Healthy),
            503 => Some(Self::Closed),
            _ => None,
        }
    }

    /// Whether the value is one that this seal marks, and no mere equal of it.
    pub(crate) fn is_on(self, value: &[u8]) -> bool {
        !value.is_empty() && SEALS[self as usize].as_ptr_range().contains(&value.as_ptr())
    }

    /// The marked text that reads like this one; the text itself if there is none.
    pub(crate) const fn mark(self, text: &'static str) -> &'static str {
        let mut i = 0;
        while i < TEXTS.len() {
            if same(TEXTS[i].as_bytes(), text.as_bytes()) {
                let (_, rest) = SEALS[self as usize].split_at(offset(i));
                if let Ok(marked) = str::from_utf8(rest.split_at(text.len()).0) {
                    return marked;
                }
            }
            i += 1;
        }
        text
    }
}

/// Where the text of this index begins.
const fn offset(index: usize) -> usize {
    let (mut at, mut i) = (0, 0);
    while i < index {
        at += TEXTS[i].len();
        i += 1;
    }
    at
}

const fn joined() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let (mut at, mut i) = (0, 0);
    while i < TEXTS.len() {
        let text = TEXTS[i].as_bytes();
        let mut j = 0;
        while j < text.len() {
            bytes[at] = text[j];
            at += 1;
            j += 1;
        }
        i += 1;
    }
    bytes
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equal_text_is_not_marked() {
        for (seal, other) in [(Seal::Healthy, Seal::Closed), (Seal::Closed, Seal::Healthy)] {
            for text in TEXTS {
                let marked = seal.mark(text);
                assert_eq!(marked, text);
                assert!(seal.is_on(marked.as_bytes()) && !other.is_on(marked.as_bytes()), "{text}");
                assert!(!seal.is_on(text.as_bytes()) && !seal.is_on(text.to_owned().as_bytes()));
            }
            assert!(!seal.is_on(b""));
            assert!(!seal.is_on(seal.mark("text/unknown").as_bytes()));
        }
    }
}
