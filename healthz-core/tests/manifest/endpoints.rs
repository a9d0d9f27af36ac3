//! Which endpoint is for which probe.

use crate::{
    deployment,
    lint::{after, texts},
    registry,
};

/// A pod with one container and what is given of it.
pub(crate) fn pod(container: &str) -> String {
    format!(
        "kind: Pod\nmetadata: {{ name: web }}\nspec:\n  containers:\n    - {{ name: app, ports: [{{ \
         name: http, containerPort: 8000 }}], {container} }}\n"
    )
}

fn probe(field: &str, endpoint: &str) -> String {
    format!("{field}: {{ httpGet: {{ path: /healthz/{endpoint}, port: http }}, periodSeconds: 5 }}")
}

#[test]
fn readiness_on_a_startup_endpoint_is_blind_to_the_drain() {
    assert_eq!(
        after("/healthz/ready", "/healthz/startup"),
        [
            "container `app` of Deployment `web`: the readinessProbe asks the startup endpoint `startup`, \
          which stays 200 while the service drains: ask a readiness endpoint"
        ]
    );
}

#[test]
fn readiness_on_a_plain_endpoint_is_blind_to_the_drain() {
    let registry = registry("endpoints.ready = { kind = 'plain', checks = 'database' }");
    assert_eq!(
        texts(&registry, &pod(&probe("readinessProbe", "ready"))),
        [
            "container `app` of Pod `web`: the readinessProbe asks the plain endpoint `ready`, which stays \
          200 while the service starts and drains: ask a readiness endpoint"
        ]
    );
}

#[test]
fn startup_on_a_readiness_endpoint_with_checks_restarts_for_a_dependency() {
    assert_eq!(
        after("/healthz/startup", "/healthz/ready"),
        [
            "container `app` of Deployment `web`: the startupProbe asks endpoint `ready`, which answers 503 \
          while the service misses a dependency, so that it is restarted then: ask a startup endpoint"
        ]
    );
}

#[test]
fn startup_on_a_readiness_endpoint_that_asks_nobody_is_fine() {
    for checks in ["ready = []", "ready = 'database'\nchecks.database.optional = true"] {
        let registry = registry(&format!("endpoints.live = []\nendpoints.{checks}"));
        let yaml = deployment(&registry, "http");
        let (head, tail) = yaml.split_once("livenessProbe").unwrap();
        let head = head.replace("/healthz/live", "/healthz/ready");
        assert_eq!(texts(&registry, &format!("{head}livenessProbe{tail}")), [""; 0], "{checks}");
    }
}

#[test]
fn a_container_without_a_readiness_probe_drains_blind() {
    let registry = registry("endpoints = { live = [], ready = [] }");
    let text = "container `app` of Pod `web`: there is no readinessProbe, so that it has traffic while \
                the service starts, drains or misses a dependency: ask `/healthz/ready`";
    assert_eq!(texts(&registry, &pod(&probe("livenessProbe", "live"))), [text]);
}

#[test]
fn a_job_needs_no_readiness_probe() {
    let registry = registry("endpoints = { live = [], ready = [] }");
    for policy in ["Never", "OnFailure"] {
        let job = pod(&probe("livenessProbe", "live")) + "  restartPolicy: " + policy;
        assert_eq!(texts(&registry, &job), [""; 0], "{policy}");
    }
}

#[test]
fn what_the_registry_does_not_have_is_not_missed() {
    let registry = registry("endpoints.live = []");
    assert_eq!(texts(&registry, &pod(&probe("livenessProbe", "live"))), [""; 0]);
}

#[test]
fn https_against_a_plain_port() {
    let registry = registry("endpoints = { live = [], ready = [] }");
    let https = |name: &str, port: &str, live: &str| {
        let live = format!("livenessProbe: {{ httpGet: {{ path: /healthz/live, {live} }} }}");
        let ready = format!(
            "readinessProbe: {{ httpGet: {{ path: /healthz/ready, port: {port}, scheme: HTTPS }}, \
             periodSeconds: 5 }}"
        );
        texts(&registry, &pod(&format!("{live}, {ready}")).replace("name: http,", name))
    };
    let on_plain = |port: &str| {
        vec![format!(
            "container `app` of Pod `web`: the readinessProbe asks over HTTPS, and port `{port}` speaks \
             plain HTTP: leave out `scheme`, or ask the port with TLS"
        )]
    };
    let unsure = ["livenessProbe", "readinessProbe"].map(|probe| {
        format!(
            "advice: container `app` of Pod `web`: the {probe} asks over HTTPS: leave out `scheme` if \
             the service does not speak TLS by itself"
        )
    });
    let tls = |port: &str| format!("port: {port}, scheme: HTTPS");
    // By the port's name, also where the probe gives its number.
    assert_eq!(https("name: http,", "http", &tls("9"))[..1], on_plain("http"));
    assert_eq!(https("name: http-web,", "8000", &tls("9"))[..1], on_plain("8000"));
    // Because another probe asks the same port in plain HTTP.
    assert_eq!(https("name: web,", "web", "port: 8000"), on_plain("web"));
    assert_eq!(https("name: web,", "web", "port: web"), on_plain("web"));
    // Another port is another port, known by its number or not.
    assert_eq!(https("name: web,", "web", "port: 9000"), unsure[1..]);
    assert_eq!(https("name: web,", "other", "port: another")[2..], unsure[1..]);
    // Where the name says TLS there is nothing to say, and where nothing says it that is said.
    assert_eq!(https("name: https,", "https", &tls("8000")), [""; 0]);
    assert_eq!(https("name: web,", "web", &tls("8000")), unsure);
}
