//! Whatever a client sends gets an answer that keeps the rules. `cargo +nightly fuzz run request`
//!
//! The first four lines of the input are method, tail, query and `Accept`; each further line is a header
//! field, `name: value`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../healthz-core/tests/views/any_request.rs"]
mod any_request;

fuzz_target!(|input: &[u8]| any_request::answer(input));
