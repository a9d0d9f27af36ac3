//! `cargo +nightly fuzz run grpc`; what the input means stands at the function.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| healthz_properties::grpc(input));
