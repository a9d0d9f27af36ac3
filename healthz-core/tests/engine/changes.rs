//! Whoever waits for a change.

use std::future::Future;

use healthz_core::{CheckExt, Known, Lifecycle, Registry, Status};
use healthz_testkit::FakeCheck;
use tokio::time::timeout;

use crate::support::{DOWN, ms, ready, title};

/// What comes at once; `None` if nothing does.
async fn now(next: impl Future<Output = Option<Known>>) -> Option<Known> {
    timeout(ms(1), next).await.ok().map(Option::unwrap)
}

fn status(known: &Known) -> Option<Status> {
    known.endpoint("ready").unwrap().status()
}

#[tokio::test(start_paused = true)]
async fn each_change_comes_once_and_nothing_else() {
    let database = FakeCheck::passing();
    let registry = ready(database.clone());
    let mut changes = registry.changes();
    assert_eq!(status(&now(changes.next()).await.unwrap()), None);
    assert!(now(changes.next()).await.is_none());
    title(&registry).await;
    assert_eq!(status(&now(changes.next()).await.unwrap()), Some(Status::Pass));
    title(&registry).await;
    assert!(now(changes.next()).await.is_none(), "one more pass is no change");
    database.fail(DOWN);
    title(&registry).await;
    database.pass();
    title(&registry).await;
    assert!(now(changes.next()).await.is_none(), "it is as it was");
    registry.begin_drain();
    assert_eq!(now(changes.next()).await.unwrap().lifecycle(), Lifecycle::Draining);
}

#[tokio::test(start_paused = true)]
async fn the_first_pass_of_a_startup_endpoint_is_a_change() {
    let database = FakeCheck::passing();
    let checks = Registry::builder().check("db", database.clone().recover_after(3));
    let registry = checks.startup("startup", ["db"]).readiness("ready", ["db"]).build().unwrap();
    database.fail(DOWN);
    title(&registry).await;
    let mut changes = registry.changes();
    let startup = |known: &Known| known.endpoint("startup").unwrap().status();
    assert_eq!(startup(&changes.next().await.unwrap()), Some(Status::Fail));
    let waiting = tokio::spawn(async move { changes.next().await });
    tokio::task::yield_now().await;
    database.pass();
    assert_eq!(title(&registry).await, DOWN, "it has to pass three times");
    let known = now(async { waiting.await.unwrap() }).await.unwrap();
    assert_eq!((startup(&known), status(&known)), (Some(Status::Pass), Some(Status::Fail)));
}
