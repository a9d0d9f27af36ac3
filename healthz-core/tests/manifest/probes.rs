use healthz_core::kubernetes::{KubernetesPort, KubernetesProbe};

use crate::registry;

#[test]
fn the_stanza_is_what_kubernetes_writes() {
    let registry = registry(
        "endpoints = { startup = 'database', live = [], ready = { checks = 'database', budget = '2s' } }",
    );
    assert_eq!(
        serde_saphyr::to_string(&registry.kubernetes_probes("http")).unwrap(),
        "\
startupProbe:
  httpGet:
    path: /healthz/startup
    port: http
  periodSeconds: 2
  timeoutSeconds: 1
  failureThreshold: 150
livenessProbe:
  httpGet:
    path: /healthz/live
    port: http
  periodSeconds: 10
  timeoutSeconds: 1
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /healthz/ready
    port: http
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
"
    );
}

#[test]
fn kubelet_waits_longer_than_the_budget() {
    for (budget, timeout) in [
        ("1ns", 1),
        ("800ms", 1),
        ("801ms", 2),
        ("999ms", 2),
        ("1s", 2),
        ("1s 800ms", 2),
        ("1s 801ms", 3),
        ("30s", 31),
    ] {
        let registry = registry(&format!("budget = '{budget}'\nendpoints.live = []"));
        let probes = registry.kubernetes_probes("http");
        assert_eq!(probes.liveness().unwrap().timeout_seconds(), timeout, "{budget}");
    }
}

#[test]
fn no_probe_lasts_longer_than_its_period() {
    let registry = registry("budget = '12s'\nendpoints = { live = [], ready = [], startup = [] }");
    let probes = registry.kubernetes_probes("http");
    for probe in [probes.startup(), probes.liveness(), probes.readiness()] {
        let probe = probe.unwrap();
        assert_eq!((probe.timeout_seconds(), probe.period_seconds()), (13, 13));
    }
    assert_eq!(probes.startup().unwrap().failure_threshold(), 300_u64.div_ceil(13));
}

#[test]
fn the_startup_lasts_as_long_as_its_slowest_check() {
    let allowance = |probe: &KubernetesProbe| probe.failure_threshold() * probe.period_seconds();
    for (timeout, every, seconds) in [("5s", "1s", 300), ("4m", "1m", 900), ("101s", "1s", 306)] {
        let registry = registry(&format!(
            "endpoints.startup = 'database'\n\
             checks.database = {{ timeout = '{timeout}', every = '{every}' }}"
        ));
        let probes = registry.kubernetes_probes("http");
        assert_eq!(allowance(probes.startup().unwrap()), seconds, "{timeout}");
    }
}

#[test]
fn without_a_startup_endpoint_liveness_is_asked_for_it() {
    let probes = registry("endpoints = { live = [], ready = [] }").kubernetes_probes("http");
    assert_eq!(probes.startup().unwrap().path(), "/healthz/live");
    assert_eq!(probes.startup().unwrap().failure_threshold(), 150);
}

#[test]
fn what_the_registry_does_not_serve_is_not_probed() {
    let probes = registry("endpoints.ready = []").kubernetes_probes("http");
    assert_eq!((probes.startup(), probes.liveness()), (None, None));
    let text = serde_json::to_string(&probes).unwrap();
    assert!(text.starts_with(r#"{"readinessProbe":"#) && !text.contains("null"), "{text}");
}

#[test]
fn plain_endpoints_go_by_their_names_but_not_for_readiness() {
    let plain = "{ kind = 'plain', checks = [] }";
    let config = format!("endpoints = {{ live = {plain}, ready = {plain}, startup = {plain} }}");
    let probes = registry(&config).kubernetes_probes("http");
    assert_eq!(probes.liveness().unwrap().path(), "/healthz/live");
    assert_eq!(probes.startup().unwrap().path(), "/healthz/startup");
    // It would stay 200 while the service drains.
    assert_eq!(probes.readiness(), None);
}

#[test]
fn no_number_is_more_than_kubernetes_counts() {
    let config = "endpoints.startup = 'database'\nchecks.database.every = '1000years'";
    let probes = registry(config).kubernetes_probes("http");
    assert_eq!(probes.startup().unwrap().failure_threshold(), 1 << 30);
}

#[test]
fn an_endpoint_of_the_kind_comes_before_a_plain_one_of_the_name() {
    let config = "[endpoints]\nready = { kind = 'plain', checks = [] }\nup = { kind = 'readiness', checks = [] }";
    assert_eq!(
        registry(config).kubernetes_probes("http").readiness().unwrap().path(),
        "/healthz/up"
    );
}

#[test]
fn paths_have_the_prefix_and_are_encoded() {
    let registry =
        registry("prefix = '/a/b'\nendpoints.'caf\u{e9} 1%?' = { kind = 'liveness', checks = [] }");
    let probes = registry.kubernetes_probes("http");
    assert_eq!(probes.liveness().unwrap().path(), "/a/b/caf%C3%A9%201%25%3F");
}

#[test]
fn a_port_is_a_name_or_a_number() {
    let registry = registry("endpoints.live = []");
    let port = |port: KubernetesPort| {
        let probes = registry.kubernetes_probes(port);
        serde_json::to_value(probes).unwrap()["livenessProbe"]["httpGet"]["port"].clone()
    };
    assert_eq!(port("http".into()), "http");
    assert_eq!(port(8000.into()), 8000);
    assert_eq!(port("8000".into()), 8000);
    assert_eq!(port(String::from("http").into()), "http");
}
