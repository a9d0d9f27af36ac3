use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use healthz_core::{
    Check, CheckExt, HealthError, OrUnhealthy, Registry,
    adapter::{Answer, Request},
    check_fn,
};
use healthz_test_support::Log;
use tokio::time::{advance, sleep};

fn registry(check: impl CheckExt) -> Registry {
    let builder = Registry::builder().check("database", check).endpoint("ready", ["database"]);
    builder.build().unwrap()
}

async fn probe(registry: &Registry) -> Answer {
    registry.respond(Request::new("GET", "ready")).await
}

/// What has been logged. It is written on another thread, and a clock that is stopped does not move
/// before that thread is through.
async fn logged(log: &Log) -> Vec<String> {
    sleep(Duration::from_millis(1)).await;
    log.lines()
}

/// A check that takes 20 ms and fails while the switch says so.
fn switched() -> (Arc<AtomicBool>, impl Check) {
    let down = Arc::new(AtomicBool::new(false));
    let switch = down.clone();
    let check = check_fn(move || {
        let down = down.load(Ordering::SeqCst);
        async move {
            sleep(Duration::from_millis(20)).await;
            if down { refused() } else { Ok(()) }
        }
    });
    (switch, check)
}

/// Fails with a cause that has a cause.
fn refused() -> Result<(), HealthError> {
    let refused: Result<(), _> = Err(io::Error::other("connection refused (os error 111)"));
    refused.or_unhealthy("pool is exhausted").or_unhealthy("Can't connect to the database")
}

#[tokio::test(start_paused = true)]
async fn one_line_says_why_it_went_down_and_one_that_it_is_back() {
    let (log, _guard) = Log::capture();
    let (down, check) = switched();
    let registry = registry(check);
    assert_eq!(probe(&registry).await.code(), 200);
    assert_eq!(logged(&log).await, [""; 0]);
    down.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(probe(&registry).await.code(), 503);
        sleep(Duration::from_secs(10)).await;
    }
    down.store(false, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(probe(&registry).await.code(), 200);
    }
    assert_eq!(
        logged(&log).await,
        [
            "WARN healthz: check failed check=\"database\" text=\"Can't connect to the database\" \
             cause=\"pool is exhausted: connection refused (os error 111)\" elapsed=20ms",
            "INFO healthz: check recovered check=\"database\" failures=3 downtime=\"30s\"",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_failing_probes_leave_one_line() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || refused()));
    for _ in 0..1000 {
        assert_eq!(probe(&registry).await.code(), 503);
    }
    assert_eq!(logged(&log).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_stays_down_is_recalled_once_a_minute() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || refused()));
    let mut lines = Vec::new();
    for _ in 0..=180 {
        assert_eq!(probe(&registry).await.code(), 503);
        lines.push(logged(&log).await.len());
        advance(Duration::from_secs(1)).await;
    }
    assert_eq!([lines[0], lines[59], lines[60], lines[119], lines[120]], [1, 1, 2, 2, 3]);
    assert_eq!(
        logged(&log).await[2],
        "WARN healthz: check is still failing check=\"database\" \
         text=\"Can't connect to the database\" \
         cause=\"pool is exhausted: connection refused (os error 111)\" failures=121 \
         downtime=\"2m\""
    );
}

#[tokio::test(start_paused = true)]
async fn a_background_check_is_recalled_without_a_probe() {
    let (log, _guard) = Log::capture();
    let every = Duration::from_secs(5);
    let _registry = registry(check_fn(async || refused()).every(every));
    sleep(Duration::from_secs(59)).await;
    assert_eq!(logged(&log).await.len(), 1);
    // The interval has up to a tenth of jitter.
    sleep(Duration::from_secs(8)).await;
    assert_eq!(logged(&log).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_kept_failure_is_not_recalled_before_it_is_found_again() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || refused()).every(Duration::from_secs(600)));
    tokio::task::yield_now().await;
    for _ in 0..300 {
        assert_eq!(probe(&registry).await.code(), 503);
        sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(logged(&log).await.len(), 1, "nothing new has been found out");
}

#[tokio::test(start_paused = true)]
async fn an_optional_check_is_marked() {
    let (log, _guard) = Log::capture();
    let (down, check) = switched();
    let registry = registry(check.optional());
    for state in [true, false] {
        down.store(state, Ordering::SeqCst);
        assert_eq!(probe(&registry).await.code(), 200);
    }
    let [failed, recovered] = &logged(&log).await[..] else { panic!("{:?}", logged(&log).await) };
    let mark = "check=\"database\" optional=true ";
    assert!(failed.starts_with(&format!("WARN healthz: check failed {mark}")), "{failed}");
    assert!(recovered.starts_with(&format!("INFO healthz: check recovered {mark}")), "{recovered}");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_gave_a_cause_has_none() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || Err(HealthError::new("queue is full"))));
    assert_eq!(probe(&registry).await.code(), 503);
    let lines = logged(&log).await;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    let expected = "WARN healthz: check failed check=\"database\" text=\"queue is full\" elapsed=";
    assert!(line.starts_with(expected), "{line}");
}

#[tokio::test(start_paused = true)]
async fn what_never_ends_says_how_long_it_was_waited_for() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || std::future::pending().await));
    assert_eq!(probe(&registry).await.code(), 503);
    assert_eq!(
        logged(&log).await,
        ["WARN healthz: check failed check=\"database\" text=\"The database check timed out\" \
          cause=\"no result within the endpoint's budget\" elapsed=800ms"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_check_that_is_always_slower_than_its_budget_is_told_once_with_the_cure() {
    let (log, _guard) = Log::capture();
    let slow = check_fn(async || {
        sleep(Duration::from_secs(2)).await;
        Ok(())
    });
    let registry = registry(slow);
    for probes in 1..=40 {
        assert_eq!(probe(&registry).await.code(), 503);
        sleep(Duration::from_secs(3)).await;
        let lines = logged(&log).await;
        let late: Vec<_> = lines.iter().filter(|line| line.contains("always slower")).collect();
        if probes < 3 {
            assert!(late.is_empty(), "{probes} runs may be late by chance");
            continue;
        }
        assert_eq!(
            late,
            ["WARN healthz: the check is always slower than its endpoint's budget: run it with \
              `every`, keep its results with `cache`, or give the endpoint a longer budget \
              check=\"database\" elapsed=2s"]
        );
        assert!(lines.iter().all(|line| !line.contains("recovered")), "{lines:?}");
    }
}

/// In its first run, and in one of a check that was passing at once before.
#[tokio::test]
async fn a_check_that_blocks_the_thread_of_whoever_asks_is_told_once() {
    let (log, _guard) = Log::capture();
    let blocks = |from: usize| {
        let runs = AtomicUsize::new(0);
        move || {
            if runs.fetch_add(1, Ordering::SeqCst) >= from {
                std::thread::sleep(Duration::from_millis(110));
            }
            Ok(())
        }
    };
    let builder = Registry::builder().check("first", blocks(0)).check("later", blocks(3));
    let registry = builder.endpoint("ready", ["first", "later"]).build().unwrap();
    for _ in 0..8 {
        assert_eq!(probe(&registry).await.code(), 200);
    }
    drop(registry);
    let told = |check| {
        let line = format!(
            "WARN healthz: the check blocks the thread of whoever asks: let it await, or use \
             check_blocking check=\"{check}\" elapsed="
        );
        log.lines().iter().filter(|told| told.starts_with(&line)).count()
    };
    let patience = tokio::time::Instant::now() + Duration::from_secs(10);
    while log.lines().len() < 2 && tokio::time::Instant::now() < patience {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!((told("first"), told("later")), (1, 1), "{:?}", log.lines());
    assert_eq!(log.lines().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_awaits_for_long_blocks_nobody() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || {
        sleep(Duration::from_millis(700)).await;
        Ok(())
    }));
    for _ in 0..5 {
        assert_eq!(probe(&registry).await.code(), 200);
    }
    assert_eq!(logged(&log).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_told_by_its_message() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || panic!("index out of bounds")));
    assert_eq!(probe(&registry).await.code(), 503);
    assert!(
        logged(&log).await[0].contains("cause=\"panic: index out of bounds\""),
        "{:?}",
        logged(&log).await
    );
}

/// A text may come from anywhere, and must not be able to write lines of its own.
#[tokio::test(start_paused = true)]
async fn a_text_with_a_line_break_is_one_line() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || {
        let cause = io::Error::other("refused\nINFO healthz: check recovered check=\"database\"");
        Err(HealthError::new("down\r\nWARN forged").caused_by(cause))
    }));
    assert_eq!(probe(&registry).await.code(), 503);
    assert_eq!(logged(&log).await.len(), 1, "{:?}", logged(&log).await);
}

/// Neither a name, nor a text, nor a cause.
#[tokio::test(start_paused = true)]
async fn a_line_has_some_length_whatever_a_check_says() {
    let (log, _guard) = Log::capture();
    let runs = AtomicUsize::new(0);
    let check = check_fn(move || {
        let run = runs.fetch_add(1, Ordering::SeqCst);
        async move {
            let text = format!("{run}{}", "down\n".repeat(1_000_000));
            let cause = io::Error::other("refused\n".repeat(1_000_000));
            match run {
                0 => panic!("{text}"),
                1..=3 => Err(HealthError::new(text).caused_by(cause)),
                4 => Err(HealthError::warn(text).caused_by(cause)),
                5 => Err(io::Error::other(text).into()),
                _ => Ok(()),
            }
        }
    });
    let name = "database\n".repeat(10_000);
    let builder = Registry::builder().check(&name, check).endpoint("ready", [&*name]);
    let registry = builder.on_transition(|_| panic!("pager")).build().unwrap();
    for _ in 0..8 {
        let _ = probe(&registry).await;
        sleep(Duration::from_secs(61)).await;
    }
    let lines = logged(&log).await;
    for expected in [
        "check failed",
        "check fails for another reason",
        "check recovered",
        "check warns",
        "a transition listener panicked",
    ] {
        assert!(lines.iter().any(|line| line.contains(&format!("healthz: {expected} check="))));
    }
    for line in lines {
        assert!(
            line.contains(r#" check="database\ndatabase\n"#) && line.len() < 8 * 1024,
            "{line}"
        );
    }
}

/// What is private is in the log, and in nothing that could be sent.
#[tokio::test(start_paused = true)]
async fn a_password_in_a_cause_is_in_the_log_only() {
    let (log, _guard) = Log::capture();
    let registry = registry(check_fn(async || {
        Err(io::Error::other("no user `app` with password `hunter2`"))?;
        Ok(())
    }));
    let mut seen = Vec::new();
    for method in ["GET", "HEAD", "OPTIONS", "POST"] {
        seen.push(format!("{:?}", registry.respond(Request::new(method, "ready")).await));
    }
    let report = registry.report("ready").await.unwrap();
    seen.push(format!("{report:?}"));
    seen.push(report.title().into());
    seen.extend(report.checks().iter().filter_map(|check| check.text().map(str::to_owned)));
    seen.push(format!("{registry:?} {:?}", registry.to_config()));
    assert!(seen.iter().all(|seen| !seen.contains("hunter2")), "{seen:?}");
    assert!(logged(&log).await[0].contains("hunter2"), "{:?}", logged(&log).await);
}
