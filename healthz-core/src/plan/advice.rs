use crate::{
    plan::{blueprint::Blueprint, endpoint_kind::EndpointKind},
    support::quoted::{Names, quoted},
};

/// Tells the log what is allowed and seldom meant; once, because a registry is built once.
pub(crate) fn tell(blueprint: &Blueprint) {
    for endpoint in &blueprint.endpoints {
        if endpoint.kind == EndpointKind::Readiness && blueprint.emptied.contains(&endpoint.name) {
            let endpoint = &*quoted(&endpoint.name);
            tracing::warn!(
                target: "healthz",
                endpoint,
                "the configuration leaves a readiness endpoint no checks: it is healthy whatever fails"
            );
        }
    }
    for (endpoint, checks) in restarting(blueprint) {
        tracing::warn!(
            target: "healthz",
            endpoint = &*quoted(endpoint),
            checks = ?Names::of(checks),
            "a liveness endpoint asks a dependency: its failure restarts every replica at once, and a \
             restart does not bring a dependency back"
        );
    }
}

/// The liveness endpoints that ask a dependency, with the checks that look like one.
///
/// A check looks like a dependency if traffic depends on it, too: a readiness endpoint names it.
/// Without a readiness endpoint every check does, because then liveness is what stands for both.
fn restarting(blueprint: &Blueprint) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let of = |kind| blueprint.endpoints.iter().filter(move |endpoint| endpoint.kind == kind);
    let mut is_ready = vec![false; blueprint.checks.len()];
    for &check in of(EndpointKind::Readiness).flat_map(|endpoint| &endpoint.checks) {
        is_ready[check] = true;
    }
    let split = of(EndpointKind::Readiness).next().is_some();
    of(EndpointKind::Liveness).filter_map(move |endpoint| {
        let checks = endpoint.checks.iter().filter(|&&check| !split || is_ready[check]);
        let checks = checks.map(|&check| &blueprint.checks[check]);
        let required = checks.filter(|(_, check)| check.config.optional != Some(true));
        let names: Vec<&str> = required.map(|(name, _)| name.as_str()).collect();
        (!names.is_empty()).then_some((&*endpoint.name, names))
    })
}
