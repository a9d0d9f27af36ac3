//! Counts the instructions of one probe under callgrind: in core, and in a whole in-process request
//! of each framework beside the same framework's bare handler.
//!
//! `cargo bench -p healthz-benches --bench instructions [-- CASE...]`, where a part of a case's
//! name is enough; needs `valgrind`.

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

mod callgrind;
mod core;
#[cfg(feature = "frameworks")]
mod frameworks;
mod rows;

use std::{
    env,
    io::{self, Write},
    process::{Command, Stdio},
};

use callgrind::Counts;
use rows::Row;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    match &arguments[..] {
        [measure, case] if measure == "measure" => {
            run(case);
            Ok(())
        }
        parts => tables(parts),
    }
}

fn tables(parts: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let quiet = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if quiet.is_err() {
        return writeln!(out, "skipped: `valgrind` is not installed, and counts instructions");
    }
    let mut counts = Counts::default();
    for (title, rows) in [("in a framework", rows::of_frameworks()), ("core", rows::of_core())] {
        let is_wanted =
            |row: &&Row| parts.is_empty() || parts.iter().any(|part| row.name.contains(part));
        let mut wanted = rows.iter().filter(is_wanted).peekable();
        if wanted.peek().is_none() {
            continue;
        }
        writeln!(out, "| {title} | instructions | goal |\n|---|---|---|")?;
        for Row { name, case, minus, per, goal } in wanted {
            let all = counts.of(case)?;
            let said = match minus {
                Some(minus) => format!("{:+}", (all - counts.of(minus)?) / per),
                None => all.to_string(),
            };
            let goal = goal.map_or(String::new(), |goal| format!("<= {goal}"));
            writeln!(out, "| {name} | {said} | {goal} |")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "profiles: callgrind_annotate {}/CASE.callgrind", env!("CARGO_TARGET_TMPDIR"))
}

/// Runs a case, `WHERE STATE`, in this process.
fn run(case: &str) {
    let (place, state) = case.split_once(' ').unwrap_or((case, ""));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let _inside = runtime.enter();
    match place {
        "core" => core::run(&runtime, state),
        "hyper" => core::hyper(&runtime, state),
        #[cfg(feature = "frameworks")]
        _ => frameworks::run(&runtime, place, state),
        #[cfg(not(feature = "frameworks"))]
        _ => panic!("no case `{case}`: it needs the feature `frameworks`"),
    }
}
