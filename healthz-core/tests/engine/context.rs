//! What a run sees of the one who asked for it, and what it keeps alive.

use std::sync::{Arc, Mutex, OnceLock};

use healthz_core::{Check, CheckExt, HealthError, Registry, async_trait, check_fn};
use healthz_testkit::FakeCheck;
use tokio::runtime::Handle;
use tracing::Instrument;

use crate::support::{get, ms, secs, title};

/// The names of the spans a line was written in, as a subscriber sees them.
#[derive(Clone, Default)]
struct Scopes(Arc<Mutex<Vec<Vec<&'static str>>>>);

impl<S> tracing_subscriber::Layer<S> for Scopes
where
    S: tracing::Subscriber + for<'l> tracing_subscriber::registry::LookupSpan<'l>,
{
    fn on_event(
        &self,
        event: &tracing::Event<'_>,
        context: tracing_subscriber::layer::Context<'_, S>,
    ) {
        let scope = context.event_scope(event);
        let names = scope.into_iter().flatten().map(|span| span.name()).collect();
        self.0.lock().unwrap().push(names);
    }
}

impl Scopes {
    fn capture() -> (Self, tracing::subscriber::DefaultGuard) {
        use tracing_subscriber::layer::SubscriberExt;
        let scopes = Self::default();
        let subscriber = tracing_subscriber::registry().with(scopes.clone());
        (scopes, tracing::subscriber::set_default(subscriber))
    }

    fn take(&self) -> Vec<Vec<&'static str>> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_is_in_no_span_of_the_one_who_asked() {
    let (scopes, _guard) = Scopes::capture();
    let slow = check_fn(|| async {
        tracing::info!("before");
        tokio::time::sleep(ms(10)).await;
        tracing::info!("after");
        Ok(())
    });
    let registry = Registry::builder()
        .check("slow", slow)
        .check("quick", || {
            tracing::info!("at once");
            Ok(())
        })
        .endpoint("ready", ["slow", "quick"])
        .endpoint("quick", ["quick"])
        .build()
        .unwrap();
    let probe = async |endpoint| {
        let answer = async {
            let inner = tracing::info_span!("alice");
            let code = get(&registry, endpoint).instrument(inner).await.code();
            tracing::info!("the prober's own");
            code
        };
        assert_eq!(answer.instrument(tracing::info_span!("server")).await, 200);
    };
    probe("ready").await;
    assert_eq!(scopes.take(), [vec![], vec![], vec![], vec!["server"]]);
    for _ in 0..3 {
        probe("quick").await;
        assert_eq!(scopes.take(), [vec![], vec!["server"]]);
    }
    let report = registry.report("quick").instrument(tracing::info_span!("bob"));
    assert_eq!(report.await.unwrap().code(), 200);
    assert_eq!(scopes.take(), [Vec::<&str>::new()]);
}

/// A panic of the check must not leave the prober outside its own span.
#[tokio::test]
async fn a_prober_is_in_its_own_span_after_a_panic() {
    let (scopes, _guard) = Scopes::capture();
    let registry = crate::support::ready(|| -> Result<(), HealthError> { panic!("secret") });
    let probe = async {
        let code = get(&registry, "ready").await.code();
        tracing::info!("the prober's own");
        code
    };
    assert_eq!(probe.instrument(tracing::info_span!("alice")).await, 503);
    assert!(scopes.take().contains(&vec!["alice"]));
}

/// A check that asks the registry that it is part of, as a check of "everything" does.
struct Everything(Arc<OnceLock<healthz_core::WeakRegistry>>);

#[async_trait]
impl Check for Everything {
    async fn check(&self) -> Result<(), HealthError> {
        let registry = self.0.get().and_then(healthz_core::WeakRegistry::upgrade);
        let report = registry.ok_or(HealthError::new("gone"))?.report("db").await;
        report.filter(|report| report.code() == 200).map(|_| ()).ok_or(HealthError::new("down"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_registry_in_its_own_check_is_dropped_all_the_same() {
    let weak = Arc::new(OnceLock::new());
    let registry = Registry::builder()
        .check("db", FakeCheck::passing().every(secs(1)))
        .check("all", Everything(weak.clone()).every(secs(1)))
        .endpoint("db", ["db"])
        .endpoint("ready", ["all"])
        .build()
        .unwrap();
    weak.set(registry.downgrade()).unwrap();
    tokio::time::sleep(secs(2)).await;
    assert_eq!(title(&registry).await, "OK");
    drop(registry);
    tokio::time::sleep(ms(1)).await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    assert!(weak.get().unwrap().upgrade().is_none());
}
