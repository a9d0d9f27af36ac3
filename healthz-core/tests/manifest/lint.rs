use healthz_core::{
    Registry,
    kubernetes::{Contradiction, ManifestError},
};

use crate::{deployment, endpoints::pod, registry};

pub(crate) const ENDPOINTS: &str = "endpoints = { live = [], ready = 'database', startup = [] }";

pub(crate) fn texts(registry: &Registry, yaml: &str) -> Vec<String> {
    registry.check_manifest(yaml).unwrap().to_string().lines().map(str::to_owned).collect()
}

/// The findings of a manifest that fits but for one replacement.
#[track_caller]
pub(crate) fn after(replaced: &str, by: &str) -> Vec<String> {
    let registry = registry(ENDPOINTS);
    let yaml = deployment(&registry, "http");
    assert!(yaml.contains(replaced), "{replaced} is not in\n{yaml}");
    texts(&registry, &yaml.replace(replaced, by))
}

#[test]
fn what_fits_is_not_complained_about() {
    let registry = registry(ENDPOINTS);
    assert_eq!(texts(&registry, &deployment(&registry, "http")), [""; 0]);
    assert_eq!(texts(&registry, &deployment(&registry, "8000")), [""; 0]);
    assert!(registry.check_manifest(&deployment(&registry, "http")).unwrap().is_empty());
}

#[test]
fn path_that_no_endpoint_serves() {
    assert_eq!(
        after("/healthz/ready", "/healthz/redy"),
        [
            "container `app` of Deployment `web`: the readinessProbe asks for `/healthz/redy`, which no \
             endpoint serves: use one of `/healthz/live`, `/healthz/ready`, `/healthz/startup` (did you \
             mean `/healthz/ready`?)"
        ]
    );
}

#[test]
fn path_outside_the_prefix() {
    assert_eq!(
        after("/healthz/ready", "/"),
        [
            "container `app` of Deployment `web`: the readinessProbe asks for `/`, which no endpoint \
             serves: use one of `/healthz/live`, `/healthz/ready`, `/healthz/startup`"
        ]
    );
}

#[test]
fn all_paths_under_another_prefix() {
    assert_eq!(after("/healthz/", "/health/").len(), 3);
}

#[test]
fn path_with_a_slash_at_its_end() {
    assert_eq!(after("/healthz/ready", "/healthz/ready/").len(), 1);
}

#[test]
fn no_path_means_the_root() {
    let yaml = deployment(&registry(ENDPOINTS), "http").replace("path: /healthz/live", "host: a");
    let registry = registry(ENDPOINTS);
    assert!(
        texts(&registry, &yaml)[0].contains("the livenessProbe asks for `/`, which no endpoint")
    );
}

#[test]
fn a_query_and_an_encoded_name_are_the_same_path() {
    assert_eq!(after("/healthz/ready", "/healthz/%72eady?verbose"), [""; 0]);
}

#[test]
fn timeout_under_the_budget() {
    let registry = registry("budget = '1500ms'\nendpoints.ready = []");
    let yaml = deployment(&registry, "http");
    let text = "container `app` of Deployment `web`: the readinessProbe gives up after 1 s, and \
                endpoint `ready` may take 1.5s: set `timeoutSeconds` to 2, or lower the budget";
    assert_eq!(texts(&registry, &yaml.replace("timeoutSeconds: 2", "timeoutSeconds: 1")), [text]);
    // Kubernetes fills in 1 for a timeout that is left out, and for 0.
    assert_eq!(texts(&registry, &yaml.replace("timeoutSeconds: 2", "timeoutSeconds: 0")), [text]);
    assert_eq!(texts(&registry, &yaml.replace("timeoutSeconds: 2", "successThreshold: 1")), [text]);
}

#[test]
fn timeout_equal_to_the_budget() {
    let registry = registry("budget = '2s'\nendpoints.live = []");
    let yaml = deployment(&registry, "http").replace("timeoutSeconds: 3", "timeoutSeconds: 2");
    let found = registry.check_manifest(&yaml).unwrap();
    assert!(matches!(
        found.contradictions(),
        [
            Contradiction::TimeoutWithinBudget { probe: "startupProbe", enough: 3, .. },
            Contradiction::TimeoutWithinBudget { probe: "livenessProbe", enough: 3, .. }
        ]
    ));
}

#[test]
fn the_default_timeout_fits_the_default_budget() {
    assert_eq!(after("timeoutSeconds: 1", "successThreshold: 1"), [""; 0]);
}

#[test]
fn liveness_on_a_readiness_endpoint() {
    assert_eq!(
        after("/healthz/live", "/healthz/ready"),
        ["container `app` of Deployment `web`: the livenessProbe asks endpoint `ready`, which \
             answers 503 while the service starts, drains or misses a dependency, so that it is \
             restarted then: ask a liveness endpoint"]
    );
}

#[test]
fn liveness_on_a_startup_endpoint() {
    assert_eq!(
        after("/healthz/live", "/healthz/startup"),
        ["container `app` of Deployment `web`: the livenessProbe asks endpoint `startup`, which \
             answers 503 while the service starts, so that it is restarted then: ask a liveness \
             endpoint"]
    );
}

#[test]
fn readiness_on_a_liveness_endpoint() {
    assert_eq!(
        after("/healthz/ready", "/healthz/live"),
        [
            "container `app` of Deployment `web`: the readinessProbe asks the liveness endpoint `live`, \
             which stays 200 while the service starts and drains: ask a readiness endpoint"
        ]
    );
}

#[test]
fn grace_period_shorter_than_the_drain() {
    assert_eq!(
        after("terminationGracePeriodSeconds: 21", "terminationGracePeriodSeconds: 19"),
        ["Deployment `web`: it is killed 19 s after SIGTERM, and the drain may take 20s: set \
             `terminationGracePeriodSeconds` to 20, and what the server's own stop takes on top"]
    );
    assert_eq!(
        after("terminationGracePeriodSeconds: 21", "terminationGracePeriodSeconds: 20"),
        [""; 0]
    );
}

#[test]
fn grace_period_that_is_left_out_is_thirty_seconds() {
    let text = |config: &str| {
        let registry = registry(&format!("{config}\nendpoints.ready = []"));
        let yaml = deployment(&registry, "http");
        let grace = yaml.lines().find(|line| line.contains("terminationGrace")).unwrap();
        texts(&registry, &yaml.replace(grace, "      hostNetwork: false"))
    };
    assert_eq!(text("drain_delay = '15s'"), [""; 0]);
    assert_eq!(
        text("drain_delay = '15s 1ms'"),
        ["Deployment `web`: it is killed 30 s after SIGTERM, and the drain may take 30.001s: set \
             `terminationGracePeriodSeconds` to 31, and what the server's own stop takes on top"]
    );
}

#[test]
fn port_name_that_does_not_exist() {
    let text = |found: Vec<String>| found.into_iter().next().unwrap();
    assert_eq!(
        text(after("port: http", "port: web")),
        "container `app` of Deployment `web`: the startupProbe names port `web`, which the container \
         does not have: use one of `http`"
    );
    assert_eq!(
        text(after("ports:", "notPorts:")),
        "container `app` of Deployment `web`: the startupProbe names port `http`, which the container \
         does not have: name it in its `ports`"
    );
    assert_eq!(after("port: http", "port: web").len(), 3);
}

#[test]
fn nobody_asks() {
    assert_eq!(
        after("httpGet:", "notHttpGet:"),
        ["no container has a probe over HTTP, so nobody asks the endpoints: use one of \
             `/healthz/live`, `/healthz/ready`, `/healthz/startup`"]
    );
}

#[test]
fn every_contradiction_comes_at_once() {
    let registry =
        registry("budget = '1s'\ndrain_delay = '1m'\nendpoints = { live = [], ready = [] }");
    let yaml = "
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: app
      livenessProbe: { httpGet: { path: /healthz/ready, port: http } }
      readinessProbe: { httpGet: { path: /ready, port: 80 }, timeoutSeconds: 5 }
";
    let found = registry.check_manifest(yaml).unwrap();
    assert!(
        matches!(
            found.contradictions(),
            [
                Contradiction::TimeoutWithinBudget { .. },
                Contradiction::RestartsForNothing { .. },
                Contradiction::UnknownPort { .. },
                Contradiction::UnknownPath { .. },
                Contradiction::GraceWithinDrain { .. },
            ]
        ),
        "{found:#?}"
    );
}

const POD: &str =
    "{ containers: [{ name: a, readinessProbe: { httpGet: { path: /healthz/x, port: 1 }}}]}";

#[test]
fn every_workload_is_found() {
    let pod_templates = ["Deployment", "DeploymentConfig", "StatefulSet", "DaemonSet", "Job"];
    let mut manifests: Vec<_> = pod_templates
        .iter()
        .map(|kind| {
            format!(
                "{{ kind: {kind}, metadata: {{ name: b }}, spec: {{ template: {{ spec: {POD} }}}}}}"
            )
        })
        .collect();
    manifests.push(format!("{{ kind: Pod, metadata: {{ name: b }}, spec: {POD} }}"));
    manifests.push(format!(
        "{{ kind: CronJob, metadata: {{ name: b }}, spec: {{ jobTemplate: {{ spec: {{ template: {{ spec: \
         {POD} }}}}}}}}}}"
    ));
    let list = format!("{{ kind: List, items: [{}] }}", manifests.join(", "));
    let template = format!("{{ kind: Template, objects: [{}] }}", manifests.join(", "));
    let registry = registry(ENDPOINTS);
    for manifest in &manifests {
        assert_eq!(texts(&registry, manifest).len(), 1, "{manifest}");
    }
    for manifest in [manifests.join("\n---\n"), list, template] {
        let found = texts(&registry, &manifest);
        assert_eq!(found.len(), manifests.len(), "{manifest}");
        assert!(found[0].starts_with("container `a` of Deployment `b`: "));
        assert!(found.last().unwrap().starts_with("container `a` of CronJob `b`: "));
    }
}

#[test]
fn what_is_no_workload_is_passed_over() {
    let registry = registry(ENDPOINTS);
    let service = "kind: Service\nspec: { ports: [{ name: http, port: 80 }] }\n---\n---\n";
    let manifest = service.to_owned() + &deployment(&registry, "http");
    assert_eq!(texts(&registry, &manifest), [""; 0]);
}

#[test]
fn a_neighbour_in_the_pod_may_have_its_own_probes() {
    let neighbour = "      containers:
      - name: proxy
        livenessProbe: { httpGet: { path: /stats, port: 9 } }";
    assert_eq!(after("      containers:", neighbour), [""; 0]);
}

#[test]
fn a_neighbour_in_the_file_may_have_its_own_probes() {
    let registry = registry(ENDPOINTS);
    let other = POD.replace("/healthz/x", "/stats");
    let other = format!("\n---\n{{ kind: Pod, metadata: {{ name: other }}, spec: {other} }}");
    assert_eq!(texts(&registry, &(deployment(&registry, "http") + &other)), [""; 0]);
}

#[test]
fn a_sidecar_that_starts_first_is_a_container() {
    let pod = POD.replace("containers", "initContainers").replace("]}", "], containers: [] }");
    let manifest = format!("{{ kind: Pod, metadata: {{ name: b }}, spec: {pod} }}");
    let found = texts(&registry(ENDPOINTS), &manifest);
    assert!(
        found[0].starts_with("container `a` of Pod `b`: the readinessProbe asks for"),
        "{found:?}"
    );
}

#[test]
fn what_is_no_yaml_is_an_error_with_its_place() {
    let error =
        registry(ENDPOINTS).check_manifest("kind: Pod\nspec: { containers: ]\n").unwrap_err();
    assert!(matches!(error, ManifestError::NotYaml(_)));
    let text = error.to_string();
    assert!(text.starts_with("the manifest is not YAML: ") && text.contains("line 2"), "{text}");
    assert!(!text.contains('\n'), "{text}");
}

#[test]
fn a_file_without_containers_is_an_error() {
    let registry = registry(ENDPOINTS);
    for manifest in ["", "---\n", "kind: Service", "3", "kind: Pod\nspec: {}"] {
        let error = registry.check_manifest(manifest).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the manifest has no containers: give it a Pod, or a Deployment or anything else with a \
             pod template"
        );
        assert_eq!(format!("{error:?}"), error.to_string(), "what `main` prints");
    }
}

#[test]
fn the_variable_of_the_probe_command_is_read() {
    let registry = registry(ENDPOINTS);
    let asks = |path: &str| {
        let url = format!("http://127.0.0.1:8000{path}");
        let yaml = pod(&format!(
            "env: [{{ name: OTHER, value: a }}, {{ name: HEALTHZ_PROBE, value: '{url}' }}], \
             readinessProbe: {{ exec: {{ command: [healthz-probe] }}, periodSeconds: 5 }}"
        ));
        texts(&registry, &yaml)
    };
    assert_eq!(asks("/healthz/ready"), [""; 0]);
    assert!(asks("/healthz/redy")[0].contains("asks for `/healthz/redy`"));
}

#[test]
fn what_starts_first_is_told_first() {
    let registry = registry(ENDPOINTS);
    let container = |name: &str| {
        format!(
            "{{ name: {name}, ports: [{{ name: http, containerPort: 8000 }}], readinessProbe: {{ \
             httpGet: {{ path: /healthz/redy, port: http }}, periodSeconds: 5 }} }}"
        )
    };
    let yaml = format!(
        "kind: Pod\nmetadata: {{ name: web }}\nspec:\n  containers:\n    - {}\n  initContainers:\n    \
         - {}\n",
        container("app"),
        container("first"),
    );
    let found = texts(&registry, &yaml);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("container `first`") && found[1].starts_with("container `app`"));
}

#[test]
fn a_port_that_is_a_template_is_one() {
    let registry = registry(ENDPOINTS);
    let yaml = deployment(&registry, "http");
    let template = yaml.replacen("port: http", "port: '{{ .Values.port }}'", 1);
    assert_ne!(template, yaml);
    let found = registry.check_manifest(&template);
    assert!(matches!(found, Err(ManifestError::Template { .. })), "{found:?}");
}
