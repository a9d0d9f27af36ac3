//! Runs a case once more under callgrind, which counts its instructions.

use std::{
    collections::BTreeMap,
    env,
    io::{self, Write},
    path::Path,
    process::Command,
};

/// The instructions of a round, by case; each case is counted once.
#[derive(Debug, Default)]
pub(crate) struct Counts(BTreeMap<String, i64>);

impl Counts {
    pub(crate) fn of(&mut self, case: &str) -> io::Result<i64> {
        if let Some(&count) = self.0.get(case) {
            return Ok(count);
        }
        let count = count(case)?;
        self.0.insert(case.to_owned(), count);
        Ok(count)
    }
}

/// Repeats a round and has callgrind count what is in it; before each round, uncounted, it is
/// prepared.
pub(crate) fn rounds(rounds: u32, mut prepare: impl FnMut(), mut round: impl FnMut()) {
    // The first ones fill what is filled once.
    for _ in 0..rounds.min(10) {
        prepare();
        round();
    }
    for _ in 0..rounds {
        prepare();
        measured(&mut round);
    }
    let _ = writeln!(io::stdout(), "{rounds}");
}

#[inline(never)]
fn measured(round: &mut dyn FnMut()) {
    round();
}

fn count(case: &str) -> io::Result<i64> {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(case.replace(' ', "-"))
        .with_extension("callgrind");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*::measured"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe()?)
        .args(["measure", case])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(io::Error::other(format!("`{case}` failed: {said}")));
    }
    let collected = said.lines().find_map(|line| line.split("Collected : ").nth(1));
    let collected = collected.and_then(|number| number.trim().parse::<i64>().ok());
    let rounds = String::from_utf8_lossy(&output.stdout).trim().parse::<i64>();
    match (collected, rounds) {
        (Some(collected), Ok(rounds)) => Ok(collected / rounds),
        _ => Err(io::Error::other(format!("`{case}` was not measured: {said}"))),
    }
}
