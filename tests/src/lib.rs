//! What runs the contract of `healthz-testkit` against our adapters, and the promises of whole
//! processes; see `README.md`.

pub mod process;

/// The first page, whose code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
