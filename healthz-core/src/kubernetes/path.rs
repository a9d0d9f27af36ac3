use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of an endpoint, as it is written into a request.
pub(super) fn path(prefix: &str, endpoint: &str) -> String {
    format!("{prefix}/{}", utf8_percent_encode(endpoint, RESERVED))
}
