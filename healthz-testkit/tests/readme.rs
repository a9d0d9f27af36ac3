//! The table in the README, the list in `src/table.rs` and the functions are the same promises.

use std::{fs, path::Path};

use healthz_testkit::{PROMISES, Promise};

const KIT: &str = env!("CARGO_MANIFEST_DIR");

/// The table has one row per promise, in the same order, and says what it is kept over.
#[test]
fn readme_and_promises_agree() {
    let readme = fs::read_to_string(Path::new(KIT).join("README.md")).unwrap();
    let row = |line: &'_ str| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (over, _) = rest.split_once(" |")?;
        Some((name.to_owned(), over.to_owned()))
    };
    let rows: Vec<_> = readme.lines().filter_map(row).collect();
    let promise = |promise: &Promise| {
        let over = match promise.over {
            ["1"] => "no",
            ["1", "2"] => "yes",
            ["1", "2", "tls"] => "yes, TLS",
            ["2"] => "alone",
            other => panic!("{} is kept over {other:?}", promise.name),
        };
        (promise.name.to_owned(), over.to_owned())
    };
    assert_eq!(rows, PROMISES.iter().map(promise).collect::<Vec<_>>());
}

/// Every promise that is written is also made.
#[test]
fn every_promise_is_run() {
    let promises = Path::new(KIT).join("src/promises");
    let mut written = Vec::new();
    for file in fs::read_dir(promises).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        let name =
            |line: &'_ str| Some(line.strip_prefix("pub fn ")?.split_once('(')?.0.to_owned());
        written.extend(source.lines().filter_map(name));
    }
    let mut made: Vec<_> = PROMISES.iter().map(|promise| promise.name.to_owned()).collect();
    written.sort_unstable();
    made.sort_unstable();
    assert_eq!(written, made);
}
