//! What works, and could be better.

use healthz_core::kubernetes::Advice;

use crate::{
    deployment,
    lint::{ENDPOINTS, after, texts},
    registry,
};

#[test]
fn advice_is_no_contradiction() {
    let registry = registry(ENDPOINTS);
    let yaml =
        deployment(&registry, "http").replace("failureThreshold: 150", "failureThreshold: 10");
    let found = registry.check_manifest(&yaml).unwrap();
    assert_eq!(found.contradictions(), []);
    assert!(!found.is_empty());
    assert!(
        matches!(found.advice(), [Advice::GivesUpEarly { seconds: 20, enough: 150, .. }]),
        "{found}"
    );
}

#[test]
fn a_startup_probe_that_gives_up_before_the_printed_one() {
    assert_eq!(
        after("failureThreshold: 150", "failureThreshold: 60"),
        [
            "advice: container `app` of Deployment `web`: the startupProbe gives up after 120 s, and a start \
          may take 300s: set `failureThreshold` to 150"
        ]
    );
    let delayed = |delay| {
        after(
            "failureThreshold: 150",
            &format!("failureThreshold: 60\n          initialDelaySeconds: {delay}"),
        )
    };
    assert_eq!(delayed(180), [""; 0]);
    assert!(delayed(100)[0].ends_with(
        "gives up after 220 s, and a start may take 300s: set `failureThreshold` to 100"
    ));
    // What is left out is Kubernetes' default: every 10 s, 3 failures.
    let registry = registry(ENDPOINTS);
    let yaml = deployment(&registry, "http");
    let yaml = yaml.replace("periodSeconds: 2", "successThreshold: 1");
    let yaml = yaml.replace("failureThreshold: 150", "terminationGracePeriodSeconds: 5");
    let found = texts(&registry, &yaml);
    assert!(found.len() == 1 && found[0].contains("gives up after 30 s"), "{found:?}");
}

#[test]
fn a_readiness_probe_that_asks_when_the_drain_is_over() {
    assert_eq!(
        after("periodSeconds: 5", "periodSeconds: 60"),
        [
            "advice: container `app` of Deployment `web`: the readinessProbe asks every 60 s, and the drain \
          delay is 5s: the service is gone before anybody sees it drain; set `periodSeconds` to 5, or \
          `drain_delay` to 60s"
        ]
    );
    // Kubernetes asks every 10 s unless it is told otherwise.
    assert!(after("periodSeconds: 5", "successThreshold: 1")[0].contains("asks every 10 s"));
    // What runs to its end has no traffic to lose.
    let plain = registry(ENDPOINTS);
    let job = deployment(&plain, "http").replace("periodSeconds: 5", "periodSeconds: 60");
    let job = job.replace("      containers:", "      restartPolicy: Never\n      containers:");
    assert!(job.contains("restartPolicy"));
    assert_eq!(texts(&plain, &job), [""; 0]);
    let late = registry(&format!("drain_delay = '60s'\n{ENDPOINTS}"));
    let yaml = deployment(&late, "http").replace("periodSeconds: 5", "periodSeconds: 60");
    assert_eq!(texts(&late, &yaml), [""; 0]);
}

#[test]
fn a_liveness_endpoint_that_asks_a_dependency() {
    let config = |more: &str| format!("endpoints.live = 'database'\nendpoints.ready = []\n{more}");
    let registry_of = |more: &str| registry(&config(more));
    let required = registry_of("");
    assert_eq!(
        texts(&required, &deployment(&required, "http")),
        [
            "advice: container `app` of Deployment `web`: the livenessProbe asks endpoint `live`, which fails \
          with `database`: a restart cures no dependency, and restarts every replica at once; leave out \
          all that a restart does not cure"
        ]
    );
    let optional = registry_of("checks.database.optional = true");
    assert_eq!(texts(&optional, &deployment(&optional, "http")), [""; 0]);
}

#[test]
fn a_startup_probe_may_ask_a_readiness_endpoint_without_checks() {
    let registry = registry("endpoints = { live = [], ready = [], startup = [] }");
    let yaml = deployment(&registry, "http").replace("/healthz/startup", "/healthz/ready");
    assert_eq!(texts(&registry, &yaml), [""; 0]);
}
