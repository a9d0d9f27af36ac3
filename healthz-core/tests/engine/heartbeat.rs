//! A check that is pushed.

use healthz_core::{HealthError, heartbeat};
use healthz_test_support::Log;
use tokio::time::advance;

use crate::support::{ms, ready, secs, title, told};

#[tokio::test(start_paused = true)]
async fn it_is_red_until_the_first_heartbeat() {
    let (beat, check) = heartbeat(secs(30));
    let registry = ready(check);
    assert_eq!(title(&registry).await, "The db check has not run yet");
    beat.pass();
    assert_eq!(title(&registry).await, "OK");
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_holds_for_less_than_the_silence() {
    let silent = "The last heartbeat is too old";
    let (beat, check) = heartbeat(secs(30));
    let registry = ready(check);
    for warning in [false, true] {
        if warning {
            beat.fail(HealthError::warn("slow"));
        } else {
            beat.pass();
        }
        advance(ms(29_999)).await;
        assert_eq!(title(&registry).await, "OK", "warning: {warning}");
        advance(ms(1)).await;
        assert_eq!(title(&registry).await, silent, "warning: {warning}");
    }
    beat.fail(HealthError::new("the disk is full"));
    advance(secs(3600)).await;
    assert_eq!(title(&registry).await, "the disk is full", "until the next heartbeat");
}

#[tokio::test(start_paused = true)]
async fn the_log_is_told_every_cause_of_a_pushed_failure() {
    let (log, _guard) = Log::capture();
    let (beat, check) = heartbeat(secs(30));
    let registry = ready(check);
    let root = std::io::Error::other("no space left");
    let outer = HealthError::new("inner").caused_by(root);
    beat.fail(HealthError::new("the disk is full").caused_by(outer));
    assert_eq!(title(&registry).await, "the disk is full");
    told().await;
    let lines = log.lines();
    assert!(lines.iter().any(|line| line.contains("inner: no space left")), "{lines:?}");
}
