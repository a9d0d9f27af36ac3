//! Replays what the fuzz targets have found so far, and asks for a little more.

#![expect(clippy::unwrap_used, reason = "a corpus that cannot be read is a broken test")]

use std::{fs, path::Path};

use healthz_properties::request;
use proptest::prelude::*;

/// Replays the corpus of a target; it has at least so many inputs.
fn replay(target: &str, least: usize, property: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut inputs = 0;
    for file in fs::read_dir(corpus).unwrap() {
        property(&fs::read(file.unwrap().path()).unwrap());
        inputs += 1;
    }
    assert!(inputs >= least, "the corpus is not here");
}

#[test]
fn requests() {
    replay("request", 10, request);
}

#[test]
fn requests_through_adapters() {
    replay("adapters", 10, healthz_properties::adapters);
}

#[test]
fn configurations() {
    replay("config", 10, healthz_properties::config);
}

#[test]
fn manifests() {
    replay("manifest", 5, healthz_properties::manifest);
}

#[test]
fn calls_of_grpc() {
    replay("grpc", 5, healthz_properties::grpc);
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
        request(&input.join(&b'\n'));
    }
}
