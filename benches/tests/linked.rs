//! What an application does not ask for is not in its binary.

#![cfg(target_os = "linux")]

use std::{env, fs, io, path::Path, process::Command};

/// A method of the builder, and a text of what is linked with it alone.
const ASKED_FOR: [(&str, &str); 3] = [
    ("config", "use one of `plain`, `liveness`, `readiness`, `startup`"),
    ("on_transition", "a transition listener panicked"),
    ("watch_runtime", "the runtime takes up tasks again"),
];

/// The release binary of an example.
fn binary(example: &str) -> io::Result<Vec<u8>> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "-p", "healthz-benches", "--no-default-features"])
        .args(["--example", example, "--target-dir"])
        .arg(&target)
        .status()?;
    assert!(built.success());
    fs::read(target.join("release/examples").join(example))
}

fn is_in(text: &str, binary: &[u8]) -> bool {
    binary.windows(text.len()).any(|bytes| bytes == text.as_bytes())
}

#[test]
fn what_is_not_asked_for_is_not_linked() {
    let (little, much) = (binary("asks_for_little").unwrap(), binary("asks_for_much").unwrap());
    for (method, text) in ASKED_FOR {
        assert!(is_in(text, &much), "the text of `{method}` is another one: {text}");
        assert!(!is_in(text, &little), "`{method}` is linked without being called");
    }
}
