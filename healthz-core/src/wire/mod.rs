//! What goes over the wire, each text once.

mod json;
mod route;

pub(crate) use json::{is_long, problem};
pub(crate) use route::{endpoint_name, method_not_allowed, not_setup, takes};

pub(crate) const OK: &str = "OK";
pub(crate) const STARTING: &str = "Starting";
pub(crate) const SHUTTING_DOWN: &str = "Shutting down";

/// The longest body whose texts are all ours: Envoy and Google Cloud match on the first 1,024 bytes.
pub(crate) const PLAIN_LIMIT: usize = 1024;

/// The longest body of all, under 8 KiB: kubelet reads 10.
pub(crate) const LIMIT: usize = 8 * 1024 - 1;

const CONTENT_TYPE: (&str, &str) = ("content-type", "application/problem+json");
const CACHE_CONTROL: (&str, &str) = ("cache-control", "no-store");
const NO_SNIFF: (&str, &str) = ("x-content-type-options", "nosniff");
const ALLOW: (&str, &str) = ("allow", "GET, HEAD, OPTIONS");

pub(crate) const HEADERS: [(&str, &str); 3] = [CONTENT_TYPE, CACHE_CONTROL, NO_SNIFF];
pub(crate) const HEADERS_WITH_ALLOW: [(&str, &str); 4] =
    [CONTENT_TYPE, CACHE_CONTROL, NO_SNIFF, ALLOW];
