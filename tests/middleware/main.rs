//! What may refuse, limit or rewrite a request, around the application and around the health
//! endpoints; and what middleware that counts requests is told of a probe.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod actix;
mod axum;
mod counted;
mod exporters;
mod mounted;
mod poem;
mod warp;
