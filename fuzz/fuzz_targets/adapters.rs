//! `cargo +nightly fuzz run adapters`; what the input means stands at the function.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| healthz_properties::adapters(input));
