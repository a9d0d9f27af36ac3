use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The path prefix of a registry that sets none.
pub const DEFAULT_PREFIX: &str = "/healthz";

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path below which endpoints are served: one that every router takes literally, or the root.
///
/// A parsed value: whoever has one need not ask again whether it is well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prefix(String);

impl Default for Prefix {
    fn default() -> Self {
        Self(DEFAULT_PREFIX.into())
    }
}

impl Prefix {
    /// Parses a prefix; both the empty one and `/` are the root.
    ///
    /// # Errors
    /// What to change.
    pub(crate) fn parse(prefix: &str) -> Result<Self, &'static str> {
        if matches!(prefix, "" | "/") {
            return Ok(Self(String::new()));
        }
        literal(prefix).map(|()| Self(prefix.into()))
    }

    /// The path without a `/` at its end: empty for the root.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last segment, empty at the root.
    pub(crate) fn last(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// What follows the prefix in a path without its leading `/`; `None` for a path elsewhere, and
    /// at the root, where no prefix says whose a path is.
    pub(crate) fn tail<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(self.0.get(1..)?)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    /// The tails of a path in which the prefix may end anywhere: nothing, one segment or two.
    pub(crate) fn tails_anywhere<'p>(&self, path: &'p str) -> impl Iterator<Item = &'p str> {
        let whole = path.ends_with(&self.0).then_some("");
        let ends = path.rmatch_indices('/').take(2);
        let tails = ends.filter(|(at, _)| path[..*at].ends_with(&self.0));
        whole.into_iter().chain(tails.map(|(at, _)| &path[at + 1..]))
    }
}

/// Whether every router takes the path literally: `/` and names of unreserved characters (RFC 3986,
/// 2.3). Anything else means something to some router (`{`, `*`, `:`), or reads differently before
/// and after percent-decoding.
///
/// # Errors
/// What to change.
pub(super) fn literal(path: &str) -> Result<(), &'static str> {
    let Some(segments) = path.strip_prefix('/') else {
        return Err("begin it with `/`");
    };
    if path.ends_with('/') {
        return Err("leave out the `/` at its end");
    }
    if segments.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Err("leave out empty, `.` and `..` segments");
    }
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    if !segments.chars().all(unreserved) {
        return Err("use only letters, digits, `-`, `.`, `_`, `~` and `/`");
    }
    Ok(())
}

/// An endpoint's name, as it is written into a request.
pub(crate) fn encoded(endpoint: &str) -> String {
    utf8_percent_encode(endpoint, RESERVED).to_string()
}

/// Takes the endpoint's name out of the tail; bytes that are no UTF-8 become U+FFFD.
pub(crate) fn endpoint_name(tail: &str) -> Cow<'_, str> {
    if tail.as_bytes().contains(&b'%') {
        percent_decode_str(tail).decode_utf8_lossy()
    } else {
        Cow::Borrowed(tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_every_router_takes_literally_pass() {
        for good in ["/healthz", "/yourapp/healthz", "/a-b_c.d~e/f"] {
            assert_eq!(Prefix::parse(good).map(|prefix| prefix.0), Ok(good.into()));
        }
        let bad = [
            "healthz",
            "/healthz/",
            "//",
            "//healthz",
            "/a//b",
            "/a/../b",
            "/.",
            "/{tail}",
            "/*x",
            "/:x",
            "/a b",
            "/caf\u{e9}",
            "/a%20b",
            "/a?b",
            "/a#b",
        ];
        for bad in bad {
            assert!(Prefix::parse(bad).is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn the_root_is_written_in_two_ways_and_owns_no_tail() {
        for root in ["", "/"] {
            let root = Prefix::parse(root).unwrap();
            assert!(root.is_root());
            assert_eq!((root.as_str(), root.tail("live"), root.tail("")), ("", None, None));
        }
    }

    #[test]
    fn what_is_joined_is_found_again() {
        let prefix = Prefix::parse("/a/b").unwrap();
        for name in ["live", "a b", "{x}", "%41", "\u{e9}t\u{e9}/7", "..", "?"] {
            let path = format!("/a/b/{}", encoded(name));
            let tail = prefix.tail(&path[1..]).unwrap();
            assert_eq!(endpoint_name(tail), name, "{path}");
        }
    }
}
