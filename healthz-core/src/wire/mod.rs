//! What goes over the wire, each text once.

mod json;
mod route;
mod seal;

pub(crate) use json::{is_long, problem};
pub(crate) use route::{endpoint_name, may_be_probe, method_not_allowed, not_setup, takes};
pub(crate) use seal::is_sealed;

pub(crate) const OK: &str = "OK";
pub(crate) const STARTING: &str = "Starting";
pub(crate) const SHUTTING_DOWN: &str = "Shutting down";

/// The longest body whose texts are all ours: Envoy and Google Cloud match on the first 1,024 bytes.
pub(crate) const PLAIN_LIMIT: usize = 1024;

/// The longest body of all, under 8 KiB: kubelet reads 10.
pub(crate) const LIMIT: usize = 8 * 1024 - 1;

type Fields = [(&'static str, &'static str); 4];

const fn fields(no_store: &'static str, no_sniff: &'static str) -> Fields {
    [
        ("content-type", "application/problem+json"),
        ("cache-control", no_store),
        ("x-content-type-options", no_sniff),
        ("allow", "GET, HEAD, OPTIONS"),
    ]
}

static FIELDS: Fields = fields("no-store", "nosniff");
static SEALED_FIELDS: Fields = fields(seal::NO_STORE, seal::NO_SNIFF);

/// The header fields of an answer. Those of a healthy one carry the seal that access logs look for.
pub(crate) const fn headers(healthy: bool, allow: bool) -> &'static [(&'static str, &'static str)] {
    let fields = if healthy { &SEALED_FIELDS } else { &FIELDS };
    if allow { fields } else { fields.split_at(3).0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_fields_read_like_any_others() {
        assert_eq!(SEALED_FIELDS, FIELDS);
    }

    #[test]
    fn two_fields_of_a_healthy_answer_are_sealed_and_none_of_another() {
        let sealed = |healthy, allow| {
            let values = headers(healthy, allow).iter().map(|(_, value)| value.as_bytes());
            values.filter(|value| is_sealed(value)).count()
        };
        assert_eq!([sealed(true, false), sealed(true, true)], [2, 2]);
        assert_eq!([sealed(false, false), sealed(false, true)], [0, 0]);
    }
}
