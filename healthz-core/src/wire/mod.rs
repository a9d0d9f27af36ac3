//! What goes over the wire, each text once.

mod json;
mod route;
mod seal;

pub(crate) use json::{is_long, problem};
pub(crate) use route::{endpoint_name, may_be_probe, method_not_allowed, not_setup, takes};
pub(crate) use seal::is_sealed;

use crate::HeaderField;

pub(crate) const OK: &str = "OK";
pub(crate) const STARTING: &str = "Starting";
pub(crate) const SHUTTING_DOWN: &str = "Shutting down";

/// The longest body whose texts are all ours: Envoy and Google Cloud match on the first 1,024 bytes.
pub(crate) const PLAIN_LIMIT: usize = 1024;

/// The longest body of all, under 8 KiB: kubelet reads 10.
pub(crate) const LIMIT: usize = 8 * 1024 - 1;

const PLAIN: [(&str, &str); 4] = [
    ("content-type", "application/problem+json"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("allow", "GET, HEAD, OPTIONS"),
];
const SEALED: [(&str, &str); 4] =
    [PLAIN[0], (PLAIN[1].0, seal::NO_STORE), (PLAIN[2].0, seal::NO_SNIFF), PLAIN[3]];

/// The plain fields and the sealed ones.
pub(crate) static FIELDS: [HeaderField; 8] = {
    let mut fields = [HeaderField { index: 0, name: "", value: "" }; 8];
    let mut index = 0;
    while index < fields.len() {
        let (name, value) = if index < 4 { PLAIN[index] } else { SEALED[index - 4] };
        fields[index] = HeaderField { index, name, value };
        index += 1;
    }
    fields
};

/// The header fields of an answer. Those of a healthy one carry the seal that access logs look for.
pub(crate) const fn headers(healthy: bool, allow: bool) -> &'static [HeaderField] {
    let (plain, sealed) = FIELDS.split_at(4);
    let fields = if healthy { sealed } else { plain };
    if allow { fields } else { fields.split_at(3).0 }
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
            let values = headers(healthy, allow).iter().map(|field| field.value.as_bytes());
            values.filter(|value| is_sealed(value)).count()
        };
        assert_eq!([sealed(true, false), sealed(true, true)], [2, 2]);
        assert_eq!([sealed(false, false), sealed(false, true)], [0, 0]);
    }
}
