//! The contract of healthz as one function per promise, run against every adapter; see `README.md`.
//!
//! An adapter's test module is one [`Serve`] function and one line, [`contract!`].

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a broken promise is a panic, and so is a broken test"
)]

mod arrivals;
mod connection;
mod leaving;
mod mount;
pub mod process;
pub mod promises;
mod response;
mod server;
mod slow;
mod table;
mod transitions;
mod until;

pub use arrivals::Arrivals;
pub use connection::Connection;
pub use leaving::Leaving;
pub use mount::Mount;
pub use response::Response;
pub use server::{Server, Stop};
pub use slow::Slow;
pub use table::PROMISES;
pub use transitions::Transitions;
pub use until::until;

/// Serves the registry with one framework, at the place that the mount names.
///
/// Besides the health endpoints the application has `GET /hello` and `GET /healthzz`, which answer
/// 200 `hello`; everything else is left to the framework.
pub type Serve = fn(&healthz_core::Registry, Mount) -> Server;

/// The first page, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
