//! The table in the README, the list in `src/table.rs` and the functions are the same promises.

use std::{fs, path::Path};

use healthz_testkit::PROMISES;

const KIT: &str = env!("CARGO_MANIFEST_DIR");

/// The table has one row per promise, in the same order.
#[test]
fn readme_and_promises_agree() {
    let readme = fs::read_to_string(Path::new(KIT).join("README.md")).unwrap();
    let row = |line: &'_ str| Some(line.strip_prefix("| `")?.split_once("` |")?.0.to_owned());
    let rows: Vec<_> = readme.lines().filter_map(row).collect();
    assert_eq!(rows, PROMISES);
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
    let mut made = PROMISES.to_vec();
    written.sort_unstable();
    made.sort_unstable();
    assert_eq!(written, made);
}
