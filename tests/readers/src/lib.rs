//! Serves registries to real readers, and runs the readers.

#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a broken test is a panic")]

use std::{
    env,
    ffi::OsStr,
    io::Write,
    net::SocketAddr,
    process::{Command, Output, Stdio},
    thread,
};

use healthz_core::Registry;
use tokio::{net::TcpListener, runtime};

/// Serves a registry for as long as the process lives.
#[must_use]
pub fn serve(registry: &Registry) -> SocketAddr {
    let registry = registry.clone();
    let (send, receive) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            send.send(listener.local_addr().expect("an address")).expect("somebody waits");
            axum::serve(listener, healthz_axum::routes::<()>(&registry)).await.expect("it serves");
        });
    });
    receive.recv().expect("it has begun")
}

/// Whether a reader is to be left out because it is not installed; says so, or panics if the
/// variable says that it has to be there.
#[must_use]
pub fn is_missing(reader: &str, found: bool, variable: &str, cure: &str) -> bool {
    if found {
        return false;
    }
    let required = env::var(variable).is_ok_and(|value| value == "required");
    assert!(!required, "`{reader}` is not installed and {variable}=required: {cure}");
    // Not through the test's captured output: whoever runs the tests is to see it.
    let said = writeln!(std::io::stderr(), "skipped: `{reader}` is not installed: {cure}");
    said.expect("stderr takes it");
    true
}

/// Whether a program can be run.
pub fn can_run(program: impl AsRef<OsStr>, arguments: &[&str]) -> bool {
    let quiet =
        Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

/// The Python that has the packages.
#[must_use]
pub fn python() -> String {
    env::var("PYTHON").unwrap_or_else(|_| "python3".into())
}

/// Runs a reader on a text, and panics with what it said if it does not like it.
pub fn read(reader: &mut Command, text: &str) -> Output {
    let name = format!("{reader:?}");
    let piped = reader.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = piped.expect("it starts");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(
        output.status.success(),
        "{name}: {}{}\n{text}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
