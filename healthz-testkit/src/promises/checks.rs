//! What the checks come to, and what is said of it.

use std::{
    collections::BTreeSet,
    future::{pending, ready},
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use healthz_core::{CheckExt, Endpoint, HealthError, OrUnhealthy, Registry, check_fn};
use serde_json::Value;
use tokio::{runtime, task::yield_now};

use super::{FAILING, FOR_EVER, PASSING, assert_answer, assert_common, fail};
use crate::{Mount, Serve};

const SECRET: &str = "hunter2";

/// Answers every recorded request with the bytes that flask-healthz 1.0.1 sent.
pub fn flask_healthz_is_matched_byte_for_byte(serve: Serve) {
    let vectors = include_str!("../../data/flask_healthz_vectors.json");
    let vectors: Value = serde_json::from_str(vectors).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    let mut builder = Registry::builder();
    let mut known = BTreeSet::new();
    for case in cases {
        let Some(name) = case["check"].as_str().filter(|name| known.insert(*name)) else {
            continue;
        };
        let error = case["health_error"].as_str().map(str::to_owned);
        let check = move || match &error {
            Some(text) => Err(HealthError::new(text.clone())),
            None => Ok(()),
        };
        builder = builder.endpoint(name, check);
    }
    let server = serve(&builder.build().unwrap(), Mount::TOP);
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let response = server.ask(text("method"), text("path"));
        assert_eq!(Value::from(response.status()), case["status"], "{case}");
        assert_eq!(response.header("content-type"), Some(text("content_type")), "{case}");
        assert_eq!(response.header("content-length"), Some(text("content_length")), "{case}");
        assert_eq!(response.body(), text("body"), "{case}");
    }
    assert!(cases.len() >= 19, "vectors are missing");
}

/// Answers 200 when every check passes.
pub fn passing_probe_is_200(serve: Serve) {
    let registry = Registry::builder()
        .check("database", check_fn(|| async { Ok(()) }))
        .check(
            "cache",
            check_fn(|| async {
                yield_now().await;
                Ok(())
            }),
        )
        .readiness("ready", ["database", "cache"])
        .build()
        .unwrap();
    let response = serve(&registry, Mount::TOP).get("/healthz/ready");
    assert_answer(&response, 200, PASSING);
    assert_eq!(response.body(), r#"{"status": 200, "title": "OK"}"#);
}

/// Answers 200 for an endpoint that names no checks.
pub fn endpoint_without_checks_is_200(serve: Serve) {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    assert_answer(&serve(&registry, Mount::TOP).get("/healthz/live"), 200, PASSING);
}

/// Answers 503 with the public text of the check that fails, whatever others do.
pub fn failing_probe_is_503(serve: Serve) {
    let registry = Registry::builder()
        .check("cache", || Ok(()))
        .check("database", fail)
        .readiness("ready", ["cache", "database"])
        .build()
        .unwrap();
    let response = serve(&registry, Mount::TOP).get("/healthz/ready");
    assert_answer(&response, 503, FAILING);
    let body = r#"{"status": 503, "title": "Can't connect to the database"}"#;
    assert_eq!(response.body(), body);
}

/// Joins several texts with `; `, in the order of registration and not of completion.
pub fn failures_are_joined_in_registration_order(serve: Serve) {
    let late = || async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(HealthError::new("late"))
    };
    let registry = Registry::builder()
        .check("early", || Err(HealthError::new("early")))
        .check("passing", || Ok(()))
        .check("late", check_fn(late))
        .check("last", || Err(HealthError::new("last")))
        .readiness("ready", ["late", "passing", "early", "last"])
        .build()
        .unwrap();
    let response = serve(&registry, Mount::TOP).get("/healthz/ready");
    assert_answer(&response, 503, "late; early; last");
}

/// Says `The NAME check failed` for an error without a public text.
pub fn failure_without_public_text_names_the_check(serve: Serve) {
    let parse = || {
        SECRET.parse::<u16>()?;
        Ok(())
    };
    let registry = Registry::builder()
        .check("database", parse)
        .check("cache", || Err(HealthError::new("cache is cold")))
        .endpoint("ready", ["database", "cache"])
        .build()
        .unwrap();
    let response = serve(&registry, Mount::TOP).get("/healthz/ready");
    assert_answer(&response, 503, "The database check failed; cache is cold");
}

/// Answers a check that panics, wherever it does, and keeps the connection open.
pub fn panicking_check_is_503(serve: Serve) {
    let on_a_later_poll = || async {
        yield_now().await;
        unwind()
    };
    let before_the_future = || {
        let result = unwind();
        async { result }
    };
    let registry = Registry::builder()
        .check("plain", unwind)
        .check("made", check_fn(before_the_future))
        .check("first", check_fn(|| async { unwind() }))
        .check("later", check_fn(on_a_later_poll))
        .endpoint("ready", ["plain", "made", "first", "later"])
        .liveness("live", [])
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut connection = server.connect();
    let title = "The plain check panicked; The made check panicked; The first check panicked; \
                 The later check panicked";
    for _ in 0..2 {
        assert_answer(&connection.get("/healthz/ready"), 503, title);
        assert_answer(&connection.get("/healthz/live"), 200, PASSING);
    }
}

/// Answers a check that has run out of its own timeout.
pub fn timed_out_check_is_503(serve: Serve) {
    let hung = check_fn(pending).timeout(Duration::from_millis(20));
    let registry = Registry::builder()
        .check("hung", hung)
        .endpoint("ready", Endpoint::new(["hung"]).budget(Duration::from_secs(30)))
        .build()
        .unwrap();
    let response = serve(&registry, Mount::TOP).get("/healthz/ready");
    assert_answer(&response, 503, "The hung check timed out");
}

/// Stays 200 with the title `OK` when only optional checks fail, and leaves them out otherwise.
pub fn optional_failure_is_200(serve: Serve) {
    let registry = Registry::builder()
        .check("search", (|| Err(HealthError::new("search is slow"))).optional())
        .check("hints", check_fn(|| async { unwind() }).optional())
        .check("database", fail)
        .endpoint("degraded", ["search", "hints"])
        .endpoint("down", ["search", "database", "hints"])
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    assert_answer(&server.get("/healthz/degraded"), 200, PASSING);
    assert_answer(&server.get("/healthz/down"), 503, FAILING);
}

/// Serves no result twice, unless the registration says so.
pub fn every_probe_asks_afresh(serve: Serve) {
    let up = Arc::new(AtomicBool::new(true));
    let check = {
        let up = up.clone();
        move || if up.load(Ordering::SeqCst) { Ok(()) } else { fail() }
    };
    let registry = Registry::builder().endpoint("ready", check).build().unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut connection = server.connect();
    for _ in 0..3 {
        up.store(true, Ordering::SeqCst);
        assert_answer(&connection.get("/healthz/ready"), 200, PASSING);
        up.store(false, Ordering::SeqCst);
        assert_answer(&connection.get("/healthz/ready"), 503, FAILING);
    }
}

/// Sends neither causes nor panics' texts, in no part of any response.
pub fn private_text_is_never_sent(serve: Serve) {
    let secret = || std::io::Error::other(format!("password={SECRET}"));
    let registry = Registry::builder()
        .endpoint("cause", move || Err(HealthError::new("no database").caused_by(secret())))
        .endpoint("layers", move || {
            Err::<(), _>(secret()).or_unhealthy("inner").or_unhealthy("outer")
        })
        .endpoint("question", move || Err(secret().into()))
        .endpoint("panic", unwind)
        .endpoint("optional", (move || Err(secret().into())).optional())
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    let paths = ["cause", "layers", "question", "panic", "optional", "nowhere"];
    for method in ["GET", "HEAD", "OPTIONS", "POST"] {
        for path in paths {
            let response = server.ask(method, &format!("/healthz/{path}?verbose"));
            assert!(!response.raw().contains(SECRET), "{response:?}");
        }
    }
    assert_answer(&server.get("/healthz/layers"), 503, "outer");
}

/// Cuts a text of 100 KB between two characters, and leaves most of 8 KiB of it.
pub fn long_text_is_cut_below_8_kib(serve: Serve) {
    let texts = ["x", "\"", "\n", "\u{0}", "\u{7f}", "\u{e9}", "\u{1f4a5}"];
    let long = |text: &str| text.repeat(100 * 1024 / text.len());
    let mut builder = Registry::builder();
    for (i, text) in texts.iter().enumerate() {
        let text = long(text);
        builder = builder.endpoint(format!("e{i}"), move || Err(HealthError::new(text.clone())));
    }
    let server = serve(&builder.build().unwrap(), Mount::TOP);
    for (i, text) in texts.iter().enumerate() {
        let response = server.get(&format!("/healthz/e{i}"));
        assert_eq!(response.status(), 503);
        assert_common(&response);
        assert!((8 * 1024 - 16..8 * 1024).contains(&response.body().len()), "{response:?}");
        let title = response.title();
        assert!(long(text).starts_with(title.strip_suffix("...").expect("no mark of the cut")));
    }
}

/// Keeps an answer whose texts are all ours within 1,024 bytes.
pub fn hundred_failures_fit_in_1_kib(serve: Serve) {
    let names: Vec<String> = (0..100).map(|i| format!("dependency-{i}")).collect();
    let fail = || check_fn(|| ready(Err(std::io::Error::other("down").into())));
    let builder = Registry::builder().endpoint("ready", names.clone());
    let builder = names.iter().fold(builder, |builder, name| builder.check(name, fail()));
    let response = serve(&builder.build().unwrap(), Mount::TOP).get("/healthz/ready");
    assert_eq!(response.status(), 503);
    assert_common(&response);
    assert!(response.body().len() <= 1024, "{response:?}");
    let title = response.title();
    assert!(title.starts_with("The dependency-0 check failed; The dependency-1 check failed; "));
    assert!(title.ends_with("..."));
}

/// Sends what a report says.
pub fn report_and_body_agree(serve: Serve) {
    let registry = Registry::builder()
        .check("passing", || Ok(()))
        .check("failing", || Err(HealthError::new("caf\u{e9} \"\u{1f4a5}\" is\nclosed")))
        .check("silent", || Err(std::io::Error::other(SECRET).into()))
        .check("hung", check_fn(pending).timeout(FOR_EVER).optional())
        .endpoint("up", ["passing"])
        .endpoint("down", ["passing", "failing", "silent"])
        .endpoint("degraded", Endpoint::new(["hung"]).budget(Duration::from_millis(20)))
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (endpoint, code) in [("up", 200), ("down", 503), ("degraded", 200)] {
        let report = runtime.block_on(registry.report(endpoint)).unwrap();
        let response = server.get(&format!("/healthz/{endpoint}"));
        assert_eq!((report.code(), response.status()), (code, code));
        assert_eq!(report.title(), response.title());
        let report = serde_json::to_value(&report).unwrap();
        let verbose = server.get(&format!("/healthz/{endpoint}?verbose")).json();
        for (of_report, sent) in checks(&report).zip(checks(&verbose)) {
            for key in ["name", "status", "text"] {
                assert_eq!(of_report[key], sent[key]);
            }
        }
        assert_eq!(checks(&report).count(), checks(&verbose).count());
    }
}

fn checks(document: &Value) -> impl Iterator<Item = &Value> {
    document["checks"].as_array().unwrap().iter()
}

/// Panics as `panic!` does, without the hook that would print it among the tests' results.
fn unwind() -> Result<(), HealthError> {
    resume_unwind(Box::new(format!("password={SECRET}")))
}
