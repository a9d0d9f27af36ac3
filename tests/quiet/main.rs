//! What loggers write of a site with health endpoints, with and without `quiet`.
//!
//! `axum::otel::http2::failing_probe_leaves_its_lines` is the promise of `scenario.rs`, kept by
//! axum's adapter around the logger `otel`, over HTTP/2.

#![expect(
    clippy::unwrap_used,
    reason = "a logger that does not write is a broken test, and so is a server that does not serve"
)]

mod actix;
mod axum;
mod capture;
mod differential;
mod hyper;
mod ntex;
mod poem;
mod rocket;
mod scenario;
mod site;
mod two_hosts;
mod warp;
