//! What goes over the wire, each text once.

mod json;
mod route;
mod seal;

pub(crate) use json::{is_long, problem};
pub(crate) use route::{endpoint_name, may_be_probe, method_not_allowed, not_setup, takes};
pub(crate) use seal::is_sealed;

use crate::HeaderSet;

pub(crate) const OK: &str = "OK";
pub(crate) const STARTING: &str = "Starting";
pub(crate) const SHUTTING_DOWN: &str = "Shutting down";

/// The longest body whose texts are all ours: Envoy and Google Cloud match on the first 1,024 bytes.
pub(crate) const PLAIN_LIMIT: usize = 1024;

/// The longest body of all, under 8 KiB: kubelet reads 10.
pub(crate) const LIMIT: usize = 8 * 1024 - 1;

static PLAIN: [(&str, &str); 4] = [
    ("content-type", "application/problem+json"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("allow", "GET, HEAD, OPTIONS"),
];
static SEALED: [(&str, &str); 4] =
    [PLAIN[0], (PLAIN[1].0, seal::NO_STORE), (PLAIN[2].0, seal::NO_SNIFF), PLAIN[3]];

/// The sets of fields of all answers: of an unhealthy and of a healthy one, each without `Allow` and
/// with it. Those of a healthy one carry the seal that access logs look for.
pub(crate) static HEADERS: [HeaderSet; 4] = [
    HeaderSet { index: 0, fields: PLAIN.split_at(3).0 },
    HeaderSet { index: 1, fields: &PLAIN },
    HeaderSet { index: 2, fields: SEALED.split_at(3).0 },
    HeaderSet { index: 3, fields: &SEALED },
];

pub(crate) const fn headers(healthy: bool, allow: bool) -> HeaderSet {
    HEADERS[2 * healthy as usize + allow as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_fields_read_like_any_others() {
        assert_eq!(SEALED, PLAIN);
    }

    #[test]
    fn two_fields_of_a_healthy_answer_are_sealed_and_none_of_another() {
        let sealed = |healthy, allow| {
            let values = headers(healthy, allow).fields.iter().map(|(_, value)| value.as_bytes());
            values.filter(|value| is_sealed(value)).count()
        };
        assert_eq!([sealed(true, false), sealed(true, true)], [2, 2]);
        assert_eq!([sealed(false, false), sealed(false, true)], [0, 0]);
    }
}
