//! The checks that need no server of anybody's.

#![cfg(unix)]

mod disk;
mod http;
mod pools;
#[path = "../support/mod.rs"]
mod support;
mod tcp;
mod tls;
