//! Views of a report, as bytes. A format reads reports and knows neither requests nor answers.
//!
//! [`Shown`](shown) is what there is to show, after the gate that decides what may be shown; each
//! other file is one view of it. [`openmetrics`] alone reads what is [`Known`](crate::Known), and
//! runs nothing.

pub(crate) mod aspnet;
pub(crate) mod health_json;
mod json;
mod merged;
pub(crate) mod openmetrics;
#[cfg(feature = "page")]
pub(crate) mod page;
pub(crate) mod problem;
#[cfg(test)]
mod samples;
pub(crate) mod shown;
pub(crate) mod spring;
pub(crate) mod text;
pub(crate) mod view;

/// The longest body whose texts are all ours: Envoy and Google Cloud match on the first
/// 1,024 bytes.
pub(crate) const PLAIN_LIMIT: usize = 1024;

/// The longest body of all but the page and the metrics, under 8 KiB: kubelet reads 10.
pub(crate) const LIMIT: usize = 8 * 1024 - 1;
