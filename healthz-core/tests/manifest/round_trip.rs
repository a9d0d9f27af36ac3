use healthz_core::{Registry, config::HealthzConfig, kubernetes::Advice};
use proptest::prelude::*;
use serde_json::json;

use crate::{deployment, pass};

const KINDS: [&str; 4] = ["plain", "liveness", "readiness", "startup"];
/// Seconds, from some to more than Kubernetes can count.
fn seconds() -> impl Strategy<Value = u64> {
    prop_oneof![1..600u64, 1..10_000_000_000u64]
}

proptest! {
    #[test]
    fn the_printed_probes_fit_every_registry(
        endpoints in proptest::collection::vec((0..4usize, 1..=30_000u64, any::<bool>(), any::<bool>()), 4),
        odd_name in "[^/]{1,12}",
        (delay, hold) in (0..100_000u64, 0..100_000u64),
        (timeout, every, optional) in (seconds(), seconds(), any::<bool>()),
        prefix in "/[a-zA-Z0-9_~-]{1,9}",
    ) {
        let names = ["live", "ready", "startup", &odd_name];
        prop_assume!(!names[..3].contains(&&*odd_name));
        let named: serde_json::Map<_, _> = endpoints
            .iter()
            .zip(names)
            .filter(|((.., is_there), _)| *is_there)
            .map(|((kind, budget, asks, _), name)| {
                let checks = if *asks { json!(["database"]) } else { json!([]) };
                let budget = format!("{budget}ms");
                (name.to_owned(), json!({ "kind": KINDS[*kind], "checks": checks, "budget": budget }))
            })
            .collect();
        let config: HealthzConfig = serde_json::from_value(json!({
            "prefix": prefix,
            "drain_delay": format!("{delay}ms"),
            "hold_limit": format!("{hold}ms"),
            "endpoints": named,
            "checks": { "database": {
                "timeout": format!("{timeout}s"), "every": format!("{every}s"), "optional": optional,
            } },
        }))
        .unwrap();
        let registry = Registry::builder().check("database", pass).config(config).build().unwrap();
        let probes = registry.kubernetes_probes("http");
        for probe in [probes.startup(), probes.liveness(), probes.readiness()].into_iter().flatten() {
            for number in [probe.period_seconds(), probe.timeout_seconds(), probe.failure_threshold()] {
                prop_assert!((1..=2_147_483_647).contains(&number), "{number} is no int32");
            }
        }
        prop_assume!(probes.liveness().or(probes.readiness()).or(probes.startup()).is_some());
        let manifest = deployment(&registry, "http");
        let found = registry.check_manifest(&manifest).unwrap();
        prop_assert_eq!(found.contradictions(), [], "{}", manifest);
        // Advice is about what the registry is, never about the numbers.
        for advice in found.advice() {
            prop_assert!(matches!(advice, Advice::LivenessAsksDependency { .. }), "{advice}\n{manifest}");
        }
    }
}
