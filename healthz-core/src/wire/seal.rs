//! The seal: header values of a healthy answer, in memory of their own.
//!
//! A response that still holds one of them was made by our handler: header values keep the address of
//! the static text they were made from, through cloning and through every middleware that leaves them
//! in place. Nothing that comes over the wire can have that address, so no path, header or upstream
//! server can pass for a healthy probe; and where the values were replaced or copied, a log is loud
//! rather than silent. It costs a probe nothing, where a response extension costs two allocations.

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

/// One static for all, because the linker may let equal constants share an address: a user's own
/// `no-store` must never be this one, and nobody has a constant of all these bytes.
static SEAL: [u8; offset(TEXTS.len())] = joined();

/// Whether the value is a sealed one, and no mere equal of it.
pub(crate) fn is_sealed(value: &[u8]) -> bool {
    !value.is_empty() && SEAL.as_ptr_range().contains(&value.as_ptr())
}

/// The sealed text that reads like this one; the text itself if there is none.
pub(crate) const fn sealed(text: &'static str) -> &'static str {
    let mut i = 0;
    while i < TEXTS.len() {
        if same(TEXTS[i].as_bytes(), text.as_bytes()) {
            let (_, rest) = SEAL.split_at(offset(i));
            if let Ok(sealed) = str::from_utf8(rest.split_at(text.len()).0) {
                return sealed;
            }
        }
        i += 1;
    }
    text
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

const fn joined() -> [u8; offset(TEXTS.len())] {
    let mut bytes = [0; offset(TEXTS.len())];
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
    fn an_equal_text_is_not_sealed() {
        for text in TEXTS {
            assert_eq!(sealed(text), text);
            assert!(is_sealed(sealed(text).as_bytes()), "{text}");
            assert!(!is_sealed(text.as_bytes()) && !is_sealed(text.to_owned().as_bytes()));
        }
        assert!(!is_sealed(b""));
        assert!(!is_sealed(sealed("text/unknown").as_bytes()));
    }
}
