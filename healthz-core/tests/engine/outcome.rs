use healthz_core::{Check, CheckExt, HealthError, Registry, Status, check_fn};
use healthz_testkit::FakeCheck;
use tokio::time::{advance, sleep};

use crate::support::{DOWN, OK, get, ms, ready, secs, title};

#[tokio::test]
async fn several_failures_are_joined_in_the_endpoints_order() {
    let failing = |text: &'static str| move || Err(HealthError::new(text));
    let registry = Registry::builder()
        .check("b", failing("second"))
        .check("a", failing("first"))
        .check("c", || Ok(()))
        .endpoint("ready", ["a", "c", "b"])
        .build()
        .unwrap();
    assert_eq!(title(&registry).await, "first; second");
}

#[tokio::test]
async fn an_error_without_public_text_is_named_by_its_check() {
    let registry = ready(|| Err(std::io::Error::other("password=hunter2").into()));
    assert_eq!(title(&registry).await, "The db check failed");
}

#[tokio::test]
async fn an_optional_failure_is_a_warning() {
    let optional = FakeCheck::passing();
    optional.fail(DOWN);
    let registry = Registry::builder()
        .check("db", FakeCheck::passing())
        .check("cache", optional.optional())
        .endpoint("ready", ["db", "cache"])
        .build()
        .unwrap();
    assert_eq!(get(&registry, "ready").await.body(), OK);
    let report = registry.report("ready").await.unwrap();
    assert_eq!((report.code(), report.title(), report.status()), (200, "OK", Status::Warn));
    let cache = &report.checks()[1];
    assert_eq!(cache.status(), Status::Warn);
    assert_eq!(cache.text(), Some("Can't connect to the database"));
}

#[tokio::test]
async fn an_optional_failure_stays_out_of_the_title() {
    let (required, optional) = (FakeCheck::passing(), FakeCheck::hanging());
    required.fail(DOWN);
    let registry = Registry::builder()
        .budget(ms(20))
        .check("cache", optional.optional())
        .check("db", required)
        .endpoint("ready", ["cache", "db"])
        .build()
        .unwrap();
    assert_eq!(title(&registry).await, "Can't connect to the database");
}

#[tokio::test(start_paused = true)]
async fn a_report_says_how_long_a_run_took_and_how_old_it_is() {
    let registry = ready(FakeCheck::passing().takes(ms(30)).cache(secs(60)));
    let first = registry.report("ready").await.unwrap();
    assert_eq!(first.checks()[0].duration(), Some(ms(30)));
    assert_eq!(first.checks()[0].age(), Some(ms(0)));
    advance(secs(7)).await;
    let later = registry.report("ready").await.unwrap();
    assert_eq!(later.checks()[0].name(), "db");
    assert_eq!(later.checks()[0].duration(), Some(ms(30)));
    assert_eq!(later.checks()[0].age(), Some(secs(7)));
}

/// A run that is over at its first poll has taken a time, too.
#[tokio::test]
async fn the_duration_of_a_run_that_passes_at_once_is_true() {
    let slow = || {
        std::thread::sleep(ms(2));
        Ok(())
    };
    let duration = async |registry: &Registry| {
        registry.report("ready").await.unwrap().checks()[0].duration().unwrap()
    };
    assert!(duration(&ready(slow)).await >= ms(2));

    let cached = ready(slow.cache(secs(60)));
    assert_eq!(get(&cached, "ready").await.body(), OK);
    assert!(duration(&cached).await >= ms(2), "the run was a probe's, and is reported later");
}

#[tokio::test]
async fn a_check_that_passes_again_has_no_text() {
    let database = FakeCheck::passing();
    database.fail(DOWN);
    let registry = ready(database.clone());
    assert_eq!(title(&registry).await, "Can't connect to the database");
    database.pass();
    let report = registry.report("ready").await.unwrap();
    assert_eq!(report.checks()[0].text(), None);
}

#[tokio::test]
async fn only_a_checks_own_text_makes_an_answer_longer_than_a_kibibyte() {
    let text = |length: usize| move || Err(HealthError::new("x".repeat(length)));
    let length = async |registry: Registry| get(&registry, "ready").await.body().len();
    assert_eq!(length(ready(text(3_000))).await, 3_028);
    assert_eq!(length(ready(text(100_000))).await, 8_191);

    let many: Vec<String> = (0..100).map(|i| format!("check{i}")).collect();
    let nameless = || Err(std::io::Error::other("private").into());
    let builder = many.iter().fold(Registry::builder(), |b, name| b.check(name, nameless));
    assert_eq!(length(builder.endpoint("ready", many).build().unwrap()).await, 1_024);

    let optional = Registry::builder()
        .check("long", text(3_000).optional())
        .check("long name".repeat(200), nameless)
        .endpoint("ready", vec!["long".to_owned(), "long name".repeat(200)])
        .build()
        .unwrap();
    assert_eq!(length(optional).await, 1_024, "a text that is not shown makes no room");
}

#[tokio::test(start_paused = true)]
async fn a_report_of_a_check_without_a_result_has_no_times() {
    let registry = ready(FakeCheck::hanging().every(secs(5)));
    sleep(ms(1)).await;
    let report = registry.report("ready").await.unwrap();
    let check = &report.checks()[0];
    assert_eq!((check.duration(), check.age()), (None, None));
    assert_eq!(check.text(), Some("The db check has not run yet"));
    assert!(registry.report("nowhere").await.is_none());
}

#[test]
fn without_a_runtime_a_check_that_is_ready_is_answered_and_a_pending_one_fails() {
    let ready_at_once = ready(FakeCheck::passing());
    let pending = ready(check_fn(std::future::pending));
    let answer = |registry: &Registry| {
        let waker = std::task::Waker::noop();
        let mut asked = Box::pin(get(registry, "ready"));
        match asked.as_mut().poll(&mut std::task::Context::from_waker(waker)) {
            std::task::Poll::Ready(answer) => answer,
            std::task::Poll::Pending => panic!("it waits for a runtime that is not there"),
        }
    };
    assert_eq!(answer(&ready_at_once).body(), OK);
    let failed = answer(&pending);
    assert_eq!(failed.code(), 503);
    assert_eq!(failed.body(), r#"{"status": 503, "title": "The db check failed"}"#);
}

#[tokio::test]
async fn a_check_can_be_asked_without_a_registry() {
    assert!(Check::check(&check_fn(async || Ok(()))).await.is_ok());
    let down = check_fn(async || Err(HealthError::new(DOWN)));
    assert_eq!(Check::check(&down).await.unwrap_err().public_text(), Some(DOWN));
}
