//! The answer to any request.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use healthz_core::{
    CheckExt, Details, HealthError, Registry, RegistryBuilder, adapter::Answer, adapter::Request,
};
use percent_encoding::percent_decode;

/// Begins with what no escape ends with.
const SECRET: &str = "Zecret-cause";

fn registry(details: Details) -> Registry {
    let fail = || Err(HealthError::new("caf\u{e9} <b> is down").caused_by(SECRET));
    let many = |builder: RegistryBuilder, i| builder.check(format!("check {i}"), fail.optional());
    let builder = Registry::builder()
        .check("database", || Ok(()))
        .check("a/b", fail)
        .liveness("live", [])
        .readiness("ready", ["database"])
        .endpoint("<down>", ["database", "a/b"])
        .details(details);
    let names: Vec<String> = (0..100).map(|i| format!("check {i}")).collect();
    let registry = (0..100).fold(builder, many).endpoint("many", names).build();
    match registry {
        Ok(registry) => registry,
        Err(error) => panic!("{error}"),
    }
}

thread_local! {
    /// One that shows everything, one that shows it to whoever says `x-role: operator`. Each thread
    /// has its own, so that no check has to be waited for that another thread runs.
    static REGISTRIES: [Registry; 2] = {
        let operator = Details::hook(|headers| headers.get("x-role") == Some(b"operator"));
        [registry(Details::Always), registry(operator)]
    };
}

/// The answer to any request keeps the rules: a known status, a body of bounded size in UTF-8, no
/// secret, and the same status in every view.
///
/// The first four lines of the input are method, tail, query and `Accept`; each further line is a
/// header field, `name: value`.
pub fn request(input: &[u8]) {
    let mut lines = input.split(|byte| *byte == b'\n');
    let mut text = || String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let (method, tail, query) = (text(), text(), text());
    let accept = lines.next();
    let fields: Vec<_> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((line[..colon].to_ascii_lowercase(), line[colon + 1..].trim_ascii()))
        })
        .collect();
    let header = |name: &str| match name {
        "accept" => accept,
        name => fields.iter().find(|(known, _)| known == name.as_bytes()).map(|(_, value)| *value),
    };
    REGISTRIES.with(|registries| {
        for registry in registries {
            let request = |method| Request::new(method, &tail).query(Some(&query)).headers(&header);
            let answer = ready(registry, request(&method));
            assert_rules(&answer);
            let body = String::from_utf8_lossy(answer.body());
            assert!(!body.contains(SECRET) || decoded(input).contains(SECRET), "{body}");
            if matches!(&*method, "GET" | "HEAD" | "OPTIONS") {
                let plain = ready(registry, Request::new("GET", &tail));
                let told_otherwise = query.contains("exclude") || query.contains('%');
                let metrics = content_type(&answer).starts_with("application/openmetrics-text");
                assert!(answer.code() == plain.code() || told_otherwise || metrics, "{answer:?}");
                let head = ready(registry, request("HEAD"));
                assert_eq!(
                    (head.code(), content_type(&head)),
                    (answer.code(), content_type(&answer))
                );
            } else {
                assert_eq!(answer.code(), 405);
            }
        }
    });
}

fn content_type(answer: &Answer) -> &'static str {
    answer.headers().fields()[0].1
}

fn decoded(input: &[u8]) -> String {
    percent_decode(input).decode_utf8_lossy().into_owned()
}

fn assert_rules(answer: &Answer) {
    assert!([200, 404, 405, 503].contains(&answer.code()), "{}", answer.code());
    let long = ["text/html", "application/openmetrics-text"];
    let is_long = long.iter().any(|start| content_type(answer).starts_with(start));
    assert!(is_long || answer.body().len() < 8 * 1024, "{} bytes", answer.body().len());
    let body = str::from_utf8(answer.body());
    assert!(body.is_ok_and(|body| !body.is_empty()));
    assert!(!answer.is_healthy() || answer.code() == 200);
    for (name, value) in answer.headers().fields() {
        let visible = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        assert!(visible && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    }
}

/// None of these checks has anything to wait for.
fn ready(registry: &Registry, request: Request<'_>) -> Answer {
    let probe = pin!(registry.respond(request));
    match probe.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it has to wait"),
    }
}
