use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use healthz_core::{CheckExt, HealthError, Registry, check_fn};
use healthz_testkit::FakeCheck;
use proptest::prelude::*;
use tokio::time::sleep;

use crate::support::{DOWN, get, ready, secs, title};

/// The promise in ten lines: the status turns when the last `n` results all say the opposite.
fn model(results: &[bool], fail_after: usize, recover_after: usize) -> Vec<bool> {
    let mut status = results[0];
    let mut seen = Vec::new();
    for end in 1..=results.len() {
        let needed = if status { fail_after } else { recover_after };
        if end > needed.max(1) - 1 && results[end - needed..end].iter().all(|r| *r != status) {
            status = !status;
        }
        seen.push(status);
    }
    seen
}

/// A registry whose one check passes while the switch says so.
fn switched(fail_after: u32, recover_after: u32) -> (Arc<AtomicBool>, Registry) {
    let up = Arc::new(AtomicBool::new(true));
    let asked = up.clone();
    let check =
        move || asked.load(Ordering::SeqCst).then_some(()).ok_or_else(|| HealthError::new("down"));
    (up, ready(check.fail_after(fail_after).recover_after(recover_after)))
}

fn observe(results: &[bool], fail_after: u32, recover_after: u32) -> Vec<bool> {
    let (up, registry) = switched(fail_after, recover_after);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut seen = Vec::new();
    for (i, result) in results.iter().enumerate() {
        up.store(*result, Ordering::SeqCst);
        let report = runtime.block_on(registry.report("ready")).unwrap();
        let check = &report.checks()[0];
        let failures = results[..=i].iter().rev().take_while(|result| !**result).count();
        assert_eq!(check.consecutive_failures() as usize, failures);
        assert_eq!(check.is_thresholded(), check.status().is_pass() != *result);
        seen.push(report.code() == 200);
    }
    seen
}

proptest! {
    #[test]
    fn thresholds_count_consecutive_results_only(
        results in proptest::collection::vec(any::<bool>(), 1..40),
        fail_after in 1_u32..5,
        recover_after in 1_u32..5,
    ) {
        let expected = model(&results, fail_after as usize, recover_after as usize);
        prop_assert_eq!(observe(&results, fail_after, recover_after), expected);
    }

    /// A probe takes another way than whoever reads the report, as long as all is well.
    #[test]
    fn a_probe_counts_as_whoever_reads_the_report(
        results in proptest::collection::vec(any::<bool>(), 1..40),
        fail_after in 1_u32..5,
        recover_after in 1_u32..5,
    ) {
        let (up, registry) = switched(fail_after, recover_after);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let probe = |result: &bool| {
            up.store(*result, Ordering::SeqCst);
            runtime.block_on(get(&registry, "ready")).code() == 200
        };
        let seen: Vec<_> = results.iter().map(probe).collect();
        prop_assert_eq!(seen, model(&results, fail_after as usize, recover_after as usize));
        let known = registry.known();
        let known = known.check("db").unwrap();
        let failures = results.iter().rev().take_while(|result| !**result).count();
        prop_assert_eq!(known.consecutive_failures() as usize, failures);
        let passes = results.iter().filter(|result| **result).count();
        prop_assert_eq!((known.runs().pass(), known.runs().fail()),
            (passes as u64, (results.len() - passes) as u64));
    }
}

#[tokio::test]
async fn the_first_result_counts_at_once() {
    let database = FakeCheck::passing();
    database.fail(DOWN);
    let registry = ready(database.fail_after(3));
    assert_eq!(title(&registry).await, "Can't connect to the database");
}

#[tokio::test]
async fn a_hidden_failure_stays_visible_in_the_report() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().fail_after(2));
    assert_eq!(title(&registry).await, "OK");
    database.fail(DOWN);
    let report = registry.report("ready").await.unwrap();
    let check = &report.checks()[0];
    assert!(check.status().is_pass() && check.is_thresholded());
    assert_eq!(check.text(), Some("Can't connect to the database"));
}

#[tokio::test]
async fn a_recovering_check_keeps_the_text_of_its_failure() {
    let database = FakeCheck::passing();
    database.fail(DOWN);
    let registry = ready(database.clone().recover_after(2));
    assert_eq!(title(&registry).await, "Can't connect to the database");
    database.pass();
    assert_eq!(title(&registry).await, "Can't connect to the database");
    assert_eq!(title(&registry).await, "OK");
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_waits_in_vain_is_one_failure_more() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().fail_after(2));
    assert_eq!(title(&registry).await, "OK");
    database.hang();
    assert_eq!(title(&registry).await, "OK", "one failure is borne");
    sleep(secs(5)).await;
    assert_eq!(title(&registry).await, "The db check timed out", "the second is not");
}

/// One run, which outlasts the budget of probe after probe.
#[tokio::test(start_paused = true)]
async fn a_hang_hides_behind_no_threshold() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone().fail_after(2).timeout(secs(600)));
    assert_eq!(title(&registry).await, "OK");
    database.hang();
    let probe = || {
        let registry = registry.clone();
        tokio::spawn(async move { title(&registry).await })
    };
    let probes: Vec<_> = (0..100).map(|_| probe()).collect();
    for probe in probes {
        assert_eq!(probe.await.unwrap(), "OK", "those of one moment are one failure");
    }
    for _ in 0..10 {
        assert_eq!(title(&registry).await, "The db check timed out");
        sleep(secs(5)).await;
    }
    assert_eq!(database.runs(), 2);
}

/// Runs that pass, each of them when nobody waits for it any more.
#[tokio::test(start_paused = true)]
async fn what_is_always_over_its_budget_hides_behind_no_threshold() {
    for fail_after in 1..=4_u32 {
        let runs = AtomicUsize::new(0);
        let slow = check_fn(move || {
            let first = runs.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                sleep(secs(if first { 0 } else { 2 })).await;
                Ok(())
            }
        });
        let registry = ready(slow.fail_after(fail_after));
        assert_eq!(title(&registry).await, "OK");
        for probe in 1..=40 {
            let expected = if probe < fail_after { "OK" } else { "The db check timed out" };
            assert_eq!(
                title(&registry).await,
                expected,
                "probe {probe} of fail_after {fail_after}"
            );
            sleep(secs(3)).await;
        }
    }
}
