//! Views of a report, as bytes. A format reads reports and knows neither requests nor answers.

pub(crate) mod problem;

/// The longest body whose texts are all ours: Envoy and Google Cloud match on the first 1,024 bytes.
pub(crate) const PLAIN_LIMIT: usize = 1024;

/// The longest body of all, under 8 KiB: kubelet reads 10.
pub(crate) const LIMIT: usize = 8 * 1024 - 1;
