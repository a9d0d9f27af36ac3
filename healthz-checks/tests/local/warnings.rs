//! What a warning of a required check means for the endpoint.

use healthz_checks::{disk, memory};
use healthz_core::Registry;

#[tokio::test]
async fn a_warning_leaves_the_endpoint_healthy() {
    let full = disk("/").warn_below(u64::MAX).fail_below(0);
    let registry = Registry::builder().check("disk", full).check("memory", memory());
    let registry = registry.readiness("ready", ["disk", "memory"]).build().unwrap();
    let report = registry.report("ready").await.unwrap();
    assert_eq!((report.code(), report.title()), (200, "OK"));
    let disk = &report.checks()[0];
    assert!(disk.status().is_warn());
    assert_eq!(disk.text(), Some("The disk is almost full"));
}
