use healthz_core::{Registry, config::HealthzConfig};
use proptest::prelude::*;

use crate::deployment;

proptest! {
    #[test]
    fn the_printed_probes_fit_the_registry_that_printed_them(
        budgets in proptest::collection::vec(1..=30_000u64, 4),
        kinds in proptest::collection::vec(0..4usize, 4),
        names in proptest::collection::hash_set("[^/]{1,12}", 4),
        (delay, hold) in (0..100_000u64, 0..100_000u64),
        prefix in "/[a-zA-Z0-9_~-]{1,9}",
    ) {
        let kind = |kind| ["plain", "liveness", "readiness", "startup"][kind];
        let names: Vec<_> = names.into_iter().collect();
        let endpoints: serde_json::Map<_, _> = (0..4)
            .map(|i| {
                let budget = format!("{}ms", budgets[i]);
                let endpoint =
                    serde_json::json!({ "kind": kind(kinds[i]), "checks": [], "budget": budget });
                (names[i].clone(), endpoint)
            })
            .collect();
        let config: HealthzConfig = serde_json::from_value(serde_json::json!({
            "prefix": prefix,
            "drain_delay": format!("{delay}ms"),
            "hold_limit": format!("{hold}ms"),
            "endpoints": endpoints,
        }))
        .unwrap();
        let registry = Registry::builder().config(config).build().unwrap();
        let probes = registry.kubernetes_probes("http");
        prop_assume!(probes.liveness().or(probes.readiness()).is_some());
        let manifest = deployment(&registry, "http");
        prop_assert_eq!(registry.check_manifest(&manifest).unwrap(), vec![], "{}", manifest);
    }
}
