use std::time::Duration;

use healthz_core::{Registry, adapter::Request};
use healthz_test_support::Log;

fn registry() -> Registry {
    let builder = Registry::builder().starting().drain_delay(Duration::from_secs(5));
    builder.readiness("ready", []).build().unwrap()
}

#[tokio::test]
async fn each_change_is_logged_once() {
    let (log, _guard) = Log::capture();
    let registry = registry();
    for _ in 0..3 {
        registry.mark_started();
    }
    for _ in 0..3 {
        registry.begin_drain();
        registry.mark_started();
    }
    assert_eq!(
        log.lines(),
        [
            "INFO healthz: lifecycle changed lifecycle=starting",
            "INFO healthz: lifecycle changed lifecycle=running",
            "INFO healthz: lifecycle changed lifecycle=draining",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_that_does_not_end_is_told_once_a_minute() {
    let (log, _guard) = Log::capture();
    let registry = registry();
    let seconds = |seconds| tokio::time::sleep(Duration::from_secs(seconds));
    seconds(185).await;
    let told = |elapsed: &str| {
        format!(
            "WARN healthz: still starting: readiness and startup are 503 until `mark_started` is \
             called elapsed={elapsed}"
        )
    };
    let begin = "INFO healthz: lifecycle changed lifecycle=starting".to_owned();
    let minutes = ["60s", "120s", "180s"].map(told);
    assert_eq!(log.lines(), [&[begin], &minutes[..]].concat());

    registry.mark_started();
    seconds(60_000).await;
    assert_eq!(log.lines().len(), 5, "the one change is told, and nothing after it");
}

#[test]
fn a_registry_that_was_built_outside_a_runtime_tells_from_its_first_probe_on() {
    let (log, _guard) = Log::capture();
    let registry = registry();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        for _ in 0..3 {
            assert_eq!(registry.respond(Request::new("GET", "ready")).await.code(), 503);
        }
        tokio::time::sleep(Duration::from_secs(61)).await;
        assert_eq!(log.lines().len(), 2, "{:?}", log.lines());
        drop(registry);
        tokio::time::sleep(Duration::from_secs(6000)).await;
        assert_eq!(log.lines().len(), 2, "nobody starts any more");
    });
}

#[tokio::test(start_paused = true)]
async fn what_is_held_is_named_once_and_so_is_what_is_given_up() {
    let registry = registry();
    let [import, _export] = ["import", "export"].map(|name| registry.hold(name));
    registry.begin_drain();
    let (log, _guard) = Log::capture();
    let (one, two) = (tokio::spawn(registry.drained()), tokio::spawn(registry.drained()));
    tokio::time::sleep(Duration::from_secs(10)).await;
    drop(import);
    one.await.unwrap();
    two.await.unwrap();
    assert_eq!(
        log.lines(),
        [
            "INFO healthz: waiting for what is held held=[\"import\", \"export\"] limit=15s",
            "WARN healthz: no longer waiting for what is held held=[\"export\"] \
             why=\"the hold limit is over\"",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_log_is_reminded_of_what_is_held_once_a_minute() {
    let builder = Registry::builder().drain_delay(Duration::ZERO);
    let registry = builder.hold_limit(Duration::from_secs(150)).build().unwrap();
    let _import = registry.hold("import");
    registry.begin_drain();
    let (log, _guard) = Log::capture();
    tokio::join!(registry.drained(), registry.drained());
    let lines = log.lines();
    let reminders: Vec<_> = lines.iter().filter(|line| line.contains("still waiting")).collect();
    let told = |elapsed: &str| {
        format!("INFO healthz: still waiting for what is held held=[\"import\"] elapsed={elapsed}")
    };
    assert_eq!(reminders, [&told("60s"), &told("120s")]);
    assert_eq!(lines.len(), 4, "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_held_is_a_line_of_some_length_whatever_it_is_called() {
    let registry = registry();
    let forged = "x\nINFO healthz: lifecycle changed lifecycle=running";
    let _holds = [forged, "import", "import", "import"].map(|name| registry.hold(name));
    let _many: Vec<_> = (0..10_000).map(|at| registry.hold(format!("{at:01000}"))).collect();
    registry.begin_drain();
    let (log, _guard) = Log::capture();
    registry.drained().await;
    let [waiting, given_up] = &log.lines()[..] else { panic!("{:?}", log.lines()) };
    for line in [waiting, given_up] {
        assert!(line.contains(r#"held=["x\nINFO healthz: lifecycle"#), "{line}");
        assert!(
            line.contains(r#", "import" x 3, "0000"#) && line.contains(", 9992 more]"),
            "{line}"
        );
        assert!(line.len() < 8 * 1024, "{} bytes", line.len());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_said_of_holds_that_ended_in_time() {
    let registry = registry();
    drop(registry.hold("import"));
    registry.begin_drain();
    let (log, _guard) = Log::capture();
    registry.drained().await;
    assert_eq!(log.lines(), [""; 0]);
}
