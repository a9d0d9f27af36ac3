//! A service that mounts the endpoints below another path.

use crate::{
    deployment,
    lint::{ENDPOINTS, texts},
    registry,
};

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

#[test]
fn at_the_root_the_names_alone_are_the_paths() {
    let registry = registry(&format!("prefix = '/'\n{ENDPOINTS}"));
    let yaml = deployment(&registry, "http");
    assert!(yaml.contains("path: /ready"), "{yaml}");
    assert_eq!(texts(&registry, &yaml), [""; 0]);
    let found = texts(&registry, &yaml.replace("path: /ready", "path: /%72eady"));
    assert!(found.len() == 1 && found[0].contains("asks for `/%72eady`"), "{found:?}");
}

#[test]
fn a_path_of_its_own_is_the_endpoints_too() {
    let registry = registry("endpoints = { live = [], ready = { checks = [], at = '/readyz' } }");
    let own = deployment(&registry, "http").replace("/healthz/ready", "/readyz");
    assert_eq!(texts(&registry, &own), [""; 0]);
    let wrong = own.replace("/readyz", "/ready");
    assert!(texts(&registry, &wrong)[0].contains("`/healthz/ready`, `/readyz`"));
}
