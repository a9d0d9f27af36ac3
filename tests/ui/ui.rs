//! Each case is a mistake that is easily made; beside it stands all that the compiler says of it.
//!
//! `TRYBUILD=overwrite cargo test -p healthz-ui-tests` writes the texts anew. They are those of one
//! version of Rust, because each words and draws them a little differently.

use std::process::Command;

/// The version whose texts stand beside the cases.
const RUST: &str = "rustc 1.95.";

#[test]
fn the_compiler_names_the_cure() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    if !version.starts_with(RUST) {
        eprintln!("skipped: the texts are those of {RUST}x, and this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}
