//! `cargo +nightly fuzz run request`; what the input means stands at the function.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| healthz_properties::request(input));
