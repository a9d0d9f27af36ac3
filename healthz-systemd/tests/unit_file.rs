//! The unit of the example, in the eyes of systemd's own tool.

use std::{
    env, fs,
    io::{self, Write},
    path::Path,
    process::Command,
};

/// Says whether a machine without the tool may skip the test: not if it is `required`.
const VARIABLE: &str = "TEST_SERVERS";

const UNIT: &str = "examples/systemd/orders.service";

#[test]
fn the_unit_of_the_example_is_valid() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(UNIT);
    let unit = fs::read_to_string(unit).unwrap();
    let verify = |unit: &str| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("orders.service");
        fs::write(&path, unit).unwrap();
        Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(path).output()
    };
    // The binary of the example is on no machine.
    let unit = unit.replace("/usr/local/bin/orders", "/bin/true");
    let Ok(verified) = verify(&unit) else {
        assert!(
            env::var_os(VARIABLE).is_none_or(|value| value != "required"),
            "{VARIABLE} is `required`, and `systemd-analyze` is not installed: the package `systemd`"
        );
        // Not `eprintln!`, which the test harness keeps to itself.
        let _ = writeln!(io::stderr(), "SKIPPED: systemd-analyze is not installed here");
        return;
    };
    let told = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success(), "{told}");
    assert!(!told.contains("orders.service"), "{told}");

    let broken = verify(&unit.replace("WatchdogSec=30s", "WatchdogSec=often")).unwrap();
    let told = String::from_utf8_lossy(&broken.stderr);
    assert!(told.contains("often"), "the tool sees a mistake: {told}");
}
