#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a broken promise is a panic, and so is a broken test"
)]

mod connection;
mod failure;
mod fake_check;
mod http1;
mod http2;
mod leaving;
mod mount;
pub mod promises;
mod protocol;
mod response;
mod server;
mod table;
#[cfg(feature = "tls")]
mod tls;
mod transitions;
mod until;

pub use connection::Connection;
pub use failure::Failure;
pub use fake_check::FakeCheck;
pub use leaving::Leaving;
pub use mount::Mount;
pub use protocol::Protocol;
pub use response::Response;
pub use server::{Bound, Server, Stop};
#[doc(hidden)]
pub use table::hold;
pub use table::{PROMISES, Promise};
#[cfg(feature = "tls")]
pub use tls::Tls;
pub use transitions::Transitions;
pub use until::until;

/// Serves the registry with one framework, at the place that the mount names.
///
/// Besides the health endpoints the application has `GET /hello` and `GET /healthzz`, which answer
/// 200 `hello`; everything else is left to the framework.
pub type Serve = fn(&healthz_core::Registry, Mount) -> Server;
