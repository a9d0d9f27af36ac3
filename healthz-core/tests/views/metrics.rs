use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use healthz_core::{CheckExt, HealthError, Registry, adapter::Request};

use crate::support::{ask, body};

/// Samples by their name and labels.
fn samples(text: &str) -> BTreeMap<&str, f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit_once(' ').unwrap()).map(|(k, v)| (k, v.parse().unwrap())).collect()
}

#[tokio::test]
async fn ten_thousand_scrapes_run_no_check() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let check = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    };
    let registry = Registry::builder().endpoint("ready", check).build().unwrap();
    let scrape = Request::new("GET", "").query(Some("format=openmetrics"));
    for _ in 0..10_000 {
        assert_eq!(registry.respond(scrape).await.code(), 200);
        assert!(!registry.metrics().is_empty());
    }
    assert_eq!(runs.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn the_status_is_200_whatever_the_health_and_no_healthy_probes() {
    let down = || Err(HealthError::new("down"));
    let registry = Registry::builder().endpoint("ready", down).starting().build().unwrap();
    ask(&registry, "ready").await;
    for path in ["", "ready", "ready/ready"] {
        let answer = ask(&registry, &format!("{path}?format=openmetrics")).await;
        assert_eq!((answer.code(), answer.is_healthy()), (200, false));
        assert!(
            body(&answer).contains("healthz_endpoint_up{endpoint=\"ready\",kind=\"plain\"} 0\n")
        );
    }
}

#[tokio::test]
async fn counters_never_fall_and_count_every_run() {
    let turn = Arc::new(AtomicUsize::new(0));
    let flapping = move || match turn.fetch_add(1, Ordering::Relaxed) % 4 {
        0 => Ok(()),
        1 => Err(HealthError::new("down")),
        2 => panic!("boom"),
        _ => Err(HealthError::warn("look")),
    };
    let registry = Registry::builder()
        .check("flapping", flapping)
        .check("optional", (|| Err(HealthError::new("down"))).optional())
        .readiness("ready", ["flapping", "optional"])
        .build()
        .unwrap();
    let mut before = BTreeMap::<String, f64>::new();
    for run in 1..=40_u32 {
        ask(&registry, "ready").await;
        let text = registry.metrics();
        let now = samples(&text);
        let of = |series: &str| now[series];
        let results = ["pass", "warn", "fail", "timeout", "panic"].map(|result| {
            of(&format!("healthz_check_runs_total{{check=\"flapping\",result=\"{result}\"}}"))
        });
        assert_eq!(results.iter().sum::<f64>(), f64::from(run));
        for (series, value) in &before {
            assert!(!series.contains("_total") || now[&**series] >= *value, "{series}");
        }
        before = now.into_iter().map(|(series, value)| (series.into(), value)).collect();
    }
    let of = |series: &str| before[series];
    for result in ["pass", "warn", "fail", "panic"] {
        let series = format!("healthz_check_runs_total{{check=\"flapping\",result=\"{result}\"}}");
        assert_eq!(of(&series), 10.0, "{result}");
    }
    assert_eq!(of("healthz_check_up{check=\"flapping\",required=\"true\"}"), 1.0, "it warns");
    assert_eq!(of("healthz_check_warning{check=\"flapping\"}"), 1.0);
    assert_eq!(of("healthz_check_up{check=\"optional\",required=\"false\"}"), 0.0);
    assert_eq!(of("healthz_endpoint_up{endpoint=\"ready\",kind=\"readiness\"}"), 1.0);
}

#[tokio::test]
async fn a_check_that_never_ran_has_no_series() {
    let registry = Registry::builder().endpoint("ready", || Ok(())).build().unwrap();
    assert!(!registry.metrics().contains("check=\"ready\""));
    ask(&registry, "ready").await;
    assert!(registry.metrics().contains("healthz_check_up{check=\"ready\",required=\"true\"} 1\n"));
}
