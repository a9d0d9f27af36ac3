use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use healthz_core::Registry;

use crate::support::{VIEWS, ask, body, down};

#[tokio::test]
async fn an_excluded_check_does_not_run_in_any_view() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let registry = Registry::builder()
        .check("well", || Ok(()))
        .check("down", move || {
            counted.fetch_add(1, Ordering::Relaxed);
            down()
        })
        .readiness("ready", ["well", "down"])
        .build()
        .unwrap();
    for tail in ["", "ready"] {
        for view in VIEWS {
            let answer = ask(&registry, &format!("{tail}?exclude=down&exclude=nope&{view}")).await;
            assert_eq!(answer.code(), 200, "{tail} {view}");
        }
    }
    assert_eq!(runs.load(Ordering::Relaxed), 0);
    assert_eq!(ask(&registry, "ready?exclude=well").await.code(), 503);
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_is_excluded_and_what_is_unknown_is_a_line() {
    let registry =
        Registry::builder().check("a b", down).readiness("ready", ["a b"]).build().unwrap();
    let text = body(&ask(&registry, "ready?format=text&exclude=a+b&exclude=%3Cb%3E").await);
    let expected =
        "[+]a b excluded: ok\n[?]<b> not excluded: there is no such check\nready check passed\n";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn names_without_end_make_no_long_answer() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let names: Vec<_> =
        (0..5000).map(|i| format!("&exclude=name-{i}-{}", "x".repeat(200))).collect();
    let names = names.concat();
    for view in VIEWS {
        let answer = ask(&registry, &format!("live?{view}{names}")).await;
        assert_eq!(answer.code(), 200);
        assert!(answer.body().len() < 30 * 1024, "{view} {}", answer.body().len());
    }
}
