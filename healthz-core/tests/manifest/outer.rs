//! A service that mounts the endpoints below another path.

use crate::{deployment, lint::ENDPOINTS, registry};

#[test]
fn the_outer_path_is_a_part_of_every_path() {
    let registry = registry(ENDPOINTS);
    let yaml = deployment(&registry, "http");
    let mounted = yaml.replace("/healthz/", "/api/v1/healthz/");
    for outer in ["/api/v1", "api/v1", "/api/v1/"] {
        let lint = registry.manifest_lint().below(outer);
        assert!(lint.check(&mounted).unwrap().is_empty(), "{outer}");
        let found = lint.check(&yaml).unwrap();
        assert_eq!(found.contradictions().len(), 3, "{found}");
        assert!(found.to_string().contains("use one of `/api/v1/healthz/live`"), "{found}");
    }
    assert_eq!(registry.check_manifest(&mounted).unwrap().contradictions().len(), 3);
}

#[test]
fn no_outer_path_is_the_root() {
    let registry = registry(ENDPOINTS);
    for outer in ["", "/"] {
        let found = registry.manifest_lint().below(outer).check(&deployment(&registry, "http"));
        assert!(found.unwrap().is_empty(), "{outer}");
    }
}

#[test]
fn the_printed_probes_take_the_outer_path() {
    let probes = registry(ENDPOINTS).kubernetes_probes("http").below("api/");
    let paths = [probes.startup(), probes.liveness(), probes.readiness()]
        .map(|probe| probe.unwrap().path().to_owned());
    assert_eq!(paths, ["/api/healthz/startup", "/api/healthz/live", "/api/healthz/ready"]);
}
