//! The checks that need no server of anybody's.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what helps a test fails it with a panic as the test does")]

mod disk;
mod http;
mod pools;
mod tcp;
mod tls;
mod warnings;
