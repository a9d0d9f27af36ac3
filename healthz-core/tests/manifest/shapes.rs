//! Manifests as people have them, one file for each shape in `data/`; `.ci/manifests` holds them to
//! the schemas and to the lint of the examples, too.

use std::{collections::BTreeMap, fs, path::Path};

use healthz_core::{Registry, kubernetes::Contradiction};

use crate::{lint::ENDPOINTS, registry};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/manifest/data");

/// The workload and container of each file that are ours.
const OURS: [(&str, &str); 26] = [
    ("custom/cloud-run-job", "container `swift-job` of Job `swift-job`"),
    ("custom/definition", "container `magpie` of Nest `magpie`"),
    ("custom/deployment-config", "container `rook` of DeploymentConfig `rook`"),
    ("custom/fleet", "container `arena` of Fleet `arena`"),
    ("custom/inference-service", "container `kserve-container` of InferenceService `oracle`"),
    ("custom/job-set", "container `worker` of JobSet `shoal`"),
    ("custom/knative-service", "container `swift` of Service `swift`"),
    ("custom/leader-worker-set", "container `leader` of LeaderWorkerSet `flock`"),
    ("custom/nested-lists", "container `dunlin` of Deployment `dunlin`"),
    ("custom/rollout", "container `wren` of Rollout `wren`"),
    ("custom/scaled-job", "container `mail` of ScaledJob `mail`"),
    ("custom/sequence", "container `plover` of Deployment `plover`"),
    ("custom/template", "container `jay` of Deployment `jay`"),
    ("kubernetes-1.29/pre-stop-sleep", "container `tern` of Deployment `tern`"),
    ("kubernetes/config-map", "container `shag` of Deployment `shag`"),
    ("kubernetes/cron-job", "container `tide` of CronJob `tide`"),
    ("kubernetes/daemon-set", "container `kelp` of DaemonSet `kelp`"),
    ("kubernetes/deployment-and-service", "container `heron` of Deployment `heron`"),
    ("kubernetes/generate-name", "container `lantern` of Pod with generateName `lantern-`"),
    ("kubernetes/loose-paths", "container `skua` of Deployment `skua`"),
    ("kubernetes/mesh", "container `puffin` of Deployment `puffin`"),
    ("kubernetes/neighbour", "container `auk` of Deployment `auk`"),
    ("kubernetes/pod", "container `lantern` of Pod `lantern`"),
    ("kubernetes/pod-template", "container `gull` of PodTemplate `gull`"),
    ("kubernetes/pre-stop-exec", "container `tern` of Deployment `tern`"),
    ("kubernetes/stateful-set", "container `otter` of StatefulSet `otter`"),
];

fn shapes() -> BTreeMap<String, String> {
    let folder = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let files = folder(Path::new(DATA)).flat_map(|group| folder(&group).collect::<Vec<_>>());
    let named = files.map(|file| {
        let name = file.strip_prefix(DATA).unwrap().with_extension("");
        (name.to_str().unwrap().to_owned(), fs::read_to_string(&file).unwrap())
    });
    named.collect()
}

fn contradictions(registry: &Registry, name: &str, yaml: &str) -> Vec<Contradiction> {
    let found = registry.check_manifest(yaml).unwrap_or_else(|error| panic!("{name}: {error}"));
    found.contradictions().to_vec()
}

#[test]
fn every_shape_fits() {
    let registry = registry(ENDPOINTS);
    for (name, yaml) in shapes() {
        let found =
            registry.check_manifest(&yaml).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(found.is_empty(), "{name}: {found}");
    }
}

#[test]
fn a_wrong_path_is_found_in_every_shape() {
    let registry = registry(ENDPOINTS);
    let shapes = shapes();
    // The probe commands have a test of their own.
    assert_eq!(shapes.len(), OURS.len() + 1);
    for (name, container) in OURS {
        let wrong = shapes[name].replace("healthz/live", "healthz/lives");
        let found = contradictions(&registry, name, &wrong);
        assert!(
            matches!(&found[..], [Contradiction::UnknownPath { at, probe: "livenessProbe", .. }] if at == container),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn a_wrong_path_is_found_in_every_shape_beside_a_workload_that_fits() {
    let registry = registry(ENDPOINTS);
    let shapes = shapes();
    for (name, container) in OURS.into_iter().filter(|(name, _)| *name != "custom/sequence") {
        let wrong = shapes[name].replace("healthz/live", "healthz/lives");
        let found =
            contradictions(&registry, name, &format!("{wrong}\n---\n{}", shapes["kubernetes/pod"]));
        assert!(
            matches!(&found[..], [Contradiction::UnknownPath { at, .. }] if at == container),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn the_hook_of_both_forms_is_counted() {
    let registry = registry(ENDPOINTS);
    for name in ["kubernetes/pre-stop-exec", "kubernetes-1.29/pre-stop-sleep"] {
        let short = shapes()[name].replace("Seconds: 35", "Seconds: 29");
        let found = contradictions(&registry, name, &short);
        assert!(
            matches!(&found[..], [Contradiction::GraceWithinDrain { enough: 30, .. }]),
            "{name}: {found:?}"
        );
    }
}
