use std::collections::BTreeSet;

use crate::kubernetes::{
    manifest::{Asks, Container, Workload},
    served::Served,
};

/// Containers that a mesh or a cloud adds to a pod, by the names their injectors give them.
const SIDECARS: [&str; 7] = [
    "istio-proxy",
    "linkerd-proxy",
    "daprd",
    "queue-proxy",
    "cloud-sql-proxy",
    "vault-agent",
    "envoy-sidecar",
];
/// Ports that Istio keeps for its agent: merged telemetry and health checks
/// (istio.io, "Application Requirements").
const ISTIO_PORTS: [u64; 2] = [15_020, 15_021];

/// The containers that are the service's own, for each workload.
///
/// A container is ours if one of its probes asks below the prefix, or if it has a probe over HTTP
/// and the image of one that does. If there is none in the file, all that have a probe over HTTP
/// are. A sidecar never is: one of the known ones, or a neighbour on another port of one that asks
/// two of our endpoints, because a registry is served on one port.
pub(super) fn ours<'a>(served: &Served<'_>, workloads: &'a [Workload]) -> Vec<Vec<&'a Container>> {
    let claims = |container: &&Container| {
        !container.is_sidecar() && container.probes.iter().any(|probe| served.covers(probe))
    };
    let claiming =
        || workloads.iter().flat_map(|workload| workload.containers.iter().filter(claims));
    let images: BTreeSet<_> = claiming().filter_map(|container| container.image.as_ref()).collect();
    let is_copy = |container: &Container| {
        container.asks_http() && container.image.as_ref().is_some_and(|own| images.contains(own))
    };
    let any = claiming().next().is_some();
    let of = |workload: &'a Workload| {
        let candidates = workload.containers.iter().filter(|container| !container.is_sidecar());
        if !any {
            return candidates.filter(|container| container.asks_http()).collect();
        }
        let candidates: Vec<_> =
            candidates.filter(|container| claims(container) || is_copy(container)).collect();
        let beside = |container: &&&Container| {
            candidates.iter().any(|other| other.is_settled(served) && container.is_beside(other))
        };
        let kept = candidates
            .iter()
            .filter(|container| container.is_settled(served) || !beside(container));
        kept.copied().collect()
    };
    workloads.iter().map(of).collect()
}

impl Container {
    /// Whether it is known that somebody else put it there.
    pub(super) fn is_sidecar(&self) -> bool {
        SIDECARS.contains(&&*self.plain_name)
            || self.asked_ports().iter().any(|port| ISTIO_PORTS.contains(port))
    }

    /// Whether one of its probes asks over HTTP.
    pub(super) fn asks_http(&self) -> bool {
        self.probes.iter().any(|probe| matches!(probe.asks, Asks::Http { .. }))
    }

    /// Whether its probes ask two of our endpoints.
    fn is_settled(&self, served: &Served<'_>) -> bool {
        let asked = self.probes.iter().filter_map(|probe| served.endpoint(probe));
        asked.map(|(name, _)| name).collect::<BTreeSet<_>>().len() > 1
    }

    /// Whether it is another program than its neighbour, on another port.
    fn is_beside(&self, neighbour: &Self) -> bool {
        let (own, other) = (self.asked_ports(), neighbour.asked_ports());
        let is_copy = self.image.is_some() && self.image == neighbour.image;
        !is_copy && !own.is_empty() && !other.is_empty() && own.is_disjoint(&other)
    }

    fn asked_ports(&self) -> BTreeSet<u64> {
        let ports = self.probes.iter().filter_map(|probe| match &probe.asks {
            Asks::Http { port: Some(port), .. } => self.number(port),
            _ => None,
        });
        ports.collect()
    }
}
