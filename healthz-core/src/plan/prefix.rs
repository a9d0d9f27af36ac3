use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::plan::registry_error::RegistryError;

/// The path prefix of a registry that sets none.
pub const DEFAULT_PREFIX: &str = "/healthz";

/// A path that every router takes literally: `/` and names of unreserved characters (RFC 3986, 2.3).
///
/// Anything else means something to some router (`{`, `*`, `:`), or reads differently before and after
/// percent-decoding.
pub(crate) fn validate(prefix: &str) -> Result<(), RegistryError> {
    let invalid = |cure| Err(RegistryError::InvalidPrefix { prefix: prefix.into(), cure });
    let Some(path) = prefix.strip_prefix('/') else {
        return invalid("begin it with `/`");
    };
    if path.is_empty() {
        return invalid("name at least one segment, for the endpoints take every path below it");
    }
    if path.ends_with('/') {
        return invalid("leave out the `/` at its end");
    }
    if path.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return invalid("leave out empty, `.` and `..` segments");
    }
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    if !path.chars().all(unreserved) {
        return invalid("use only letters, digits, `-`, `.`, `_`, `~` and `/`");
    }
    Ok(())
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
            assert_eq!(validate(good), Ok(()), "{good}");
        }
        let bad = [
            "",
            "/",
            "healthz",
            "/healthz/",
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
            assert!(
                matches!(validate(bad), Err(RegistryError::InvalidPrefix { .. })),
                "{bad} was taken"
            );
        }
    }
}
