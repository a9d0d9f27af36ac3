use std::{fs, path::Path};

use proptest::prelude::*;

use crate::any_request::answer;

#[test]
fn what_the_fuzzer_found_is_answered() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/request");
    let mut seeds = 0;
    for file in fs::read_dir(corpus).unwrap() {
        answer(&fs::read(file.unwrap().path()).unwrap());
        seeds += 1;
    }
    assert!(seeds >= 10, "the corpus is not here");
}

/// Parts that mean something, in any order and number, with anything in between.
fn line(parts: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let part = prop::sample::select(parts).prop_map(|part| part.as_bytes().to_vec());
    let any = prop::collection::vec(any::<u8>(), 0..4);
    prop::collection::vec(prop_oneof![8 => part, 1 => any], 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_request_gets_an_answer_that_keeps_the_rules(
        method in prop::sample::select(&["GET", "HEAD", "OPTIONS", "POST", "get", ""][..]),
        tail in line(&["live", "ready", "%3Cdown%3E", "many", "/", "a%2Fb", "check%201", "%", ".."]),
        query in line(&["verbose", "format=", "text", "page", "health", "spring", "aspnet", "json",
            "openmetrics", "&", "exclude=", "database", "check+1", "=", "%FF"]),
        accept in line(&["text/", "application/", "plain", "html", "json", "*/*", "*", ";q=", "0.5",
            "1", "0", ",", "problem+json", "openmetrics-text", "vnd.spring-boot.actuator.v3+json"]),
        role in prop::sample::select(&["x-role: operator", "x-role: guest", ""][..]),
    ) {
        let input = [method.as_bytes(), &tail, &query, &accept, role.as_bytes()];
        answer(&input.join(&b'\n'));
    }
}
