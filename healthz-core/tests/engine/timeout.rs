use healthz_core::{CheckExt, DEFAULT_TIMEOUT, Endpoint, Registry};
use healthz_testkit::FakeCheck;
use tokio::time::{Instant, sleep};

use crate::support::{get, ms, ready, secs, title};

#[tokio::test(start_paused = true)]
async fn a_run_is_abandoned_after_the_checks_own_timeout() {
    let hung = FakeCheck::hanging();
    let registry = ready(hung.clone());
    assert_eq!(get(&registry, "ready").await.code(), 503);
    assert_eq!(DEFAULT_TIMEOUT, secs(5));
    sleep(ms(5_000 - 801)).await;
    assert_eq!(hung.outstanding(), 1);
    sleep(ms(2)).await;
    assert_eq!(hung.outstanding(), 0);

    hung.pass();
    assert_eq!(title(&registry).await, "OK");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_shorter_than_the_budget_answers_early() {
    let registry = ready(FakeCheck::hanging().timeout(ms(200)));
    let begun = Instant::now();
    assert_eq!(title(&registry).await, "The db check timed out");
    assert_eq!(begun.elapsed(), ms(200));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_probes_of_a_hanging_check_have_one_run_out() {
    let hung = FakeCheck::hanging();
    let registry = Registry::builder()
        .check("db", hung.clone())
        .endpoint("ready", Endpoint::new(["db"]).budget(ms(10)))
        .build()
        .unwrap();
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for _ in 0..10_000 {
        assert_eq!(get(&registry, "ready").await.code(), 503);
        assert!(tasks() <= 1, "{} tasks are left", tasks());
    }
    assert_eq!(hung.most_outstanding(), 1);
    // 10,000 probes of 10 ms, and runs that are abandoned after 5 s each.
    assert_eq!(hung.runs(), 20);
    sleep(secs(6)).await;
    assert_eq!((hung.outstanding(), tasks()), (0, 0));
}
