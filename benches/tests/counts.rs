//! What the most important probes cost, in instructions: a change that makes one dearer by more
//! than a tenth shows itself here, and not a year later.
//!
//! The counts are repeatable but for the compiler and the C library, so a new compiler may ask for
//! new numbers. Skipped where `valgrind` is not installed, unless `TEST_VALGRIND=required`.

use std::{
    env,
    io::{self, Write},
    process::{Command, Stdio},
};

/// The cases of `instructions`, and the instructions of each. Where one is cheaper by now, so
/// should its number be.
const KNOWN: [(&str, u64); 4] = [
    ("core live", 313),
    ("core cached-1000", 393),
    ("core check_fn-10", 1121),
    ("core pending-1-of-10", 9633),
];

#[test]
fn no_case_takes_a_tenth_more_instructions_than_it_did() {
    let valgrind = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if valgrind.is_err() {
        let required = env::var_os("TEST_VALGRIND").is_some_and(|value| value == "required");
        assert!(!required, "TEST_VALGRIND is `required`, and `valgrind` is not installed");
        // Not `eprintln!`, which the test harness keeps to itself.
        writeln!(io::stderr(), "SKIPPED: valgrind is not installed here").unwrap();
        return;
    }
    // Without the frameworks, so that what is built with optimisation is core and little else.
    let counted = Command::new(env!("CARGO"))
        .args(["bench", "-p", "healthz-benches", "--no-default-features"])
        .args(["--bench", "instructions", "--"])
        .args(KNOWN.map(|(case, _)| case))
        .output()
        .unwrap();
    let said = String::from_utf8(counted.stdout).unwrap();
    assert!(counted.status.success(), "{said}{}", String::from_utf8_lossy(&counted.stderr));
    let now = |case: &str| -> u64 {
        let row = said.lines().find_map(|line| line.strip_prefix(&format!("| {case} | ")));
        row.unwrap().split(' ').next().unwrap().parse().unwrap()
    };
    let counts = KNOWN.map(|(case, known)| (case, known, now(case)));
    let dearer = counts.iter().filter(|(_, known, now)| now * 10 > known * 11);
    let dearer: Vec<String> =
        dearer.map(|(case, known, now)| format!("{case}: {known}, now {now}")).collect();
    assert!(
        dearer.is_empty(),
        "{}\n`cargo bench -p healthz-benches --bench instructions` leaves profiles of them",
        dearer.join("\n")
    );
}
