//! What is missing or `null` has words of its own.

use crate::{lint::texts, registry};

const PROBE: &str = "readinessProbe: { httpGet: { path: /healthz/x, port: 1 } }";

fn only(yaml: &str) -> String {
    let found = texts(&registry("endpoints.ready = []"), yaml);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(!found[0].contains("null") && !found[0].contains("``"), "{found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn a_container_without_a_name_has_its_number() {
    for name in ["", "name: null, ", "name: '', "] {
        let yaml = format!(
            "{{ kind: Pod, metadata: {{ name: web }}, spec: {{ containers: [{{ name: a }}, {{ {name}{PROBE} \
             }}] }}}}"
        );
        assert!(only(&yaml).starts_with("container 2 of Pod `web`: "), "{name}");
    }
}

#[test]
fn a_workload_without_a_name_has_the_start_of_one_or_its_document() {
    for (meta, words) in [
        ("metadata: { generateName: web- }", "Pod with generateName `web-`"),
        ("metadata: { name: null }", "Pod in document 2"),
        ("metadata: null", "Pod in document 2"),
        ("metadata: { name: 5 }", "Pod `5`"),
    ] {
        let yaml = format!(
            "kind: Service\n---\nkind: Pod\n{meta}\nspec: {{ containers: [{{ name: app, {PROBE} }}] }}"
        );
        assert!(only(&yaml).starts_with(&format!("container `app` of {words}: ")), "{meta}");
    }
    let yaml = format!("spec: {{ containers: [{{ name: app, {PROBE} }}] }}");
    assert!(only(&yaml).starts_with("container `app` of document 1: "));
}

fn port(head: &str, port: &str) -> Vec<String> {
    let yaml = format!(
        "{head}\nmetadata: {{ name: web }}\nspec: {{ template: {{ spec: {{ containers: [{{ name: app, \
         readinessProbe: {{ httpGet: {{ path: /healthz/ready{port} }}, periodSeconds: 5 }} }}] }}}}}}"
    );
    texts(&registry("endpoints.ready = []"), &yaml)
}

#[test]
fn a_probe_without_a_port_is_right_where_the_platform_chooses_it() {
    for head in [
        "apiVersion: serving.knative.dev/v1\nkind: Service",
        "apiVersion: run.googleapis.com/v1\nkind: Job",
        "apiVersion: birds.example.com/v1\nkind: Nest",
    ] {
        for missing in ["", ", port: null", ", port: ''"] {
            assert_eq!(port(head, missing), [""; 0], "{head} {missing}");
        }
    }
}

#[test]
fn a_probe_without_a_port_is_wrong_elsewhere() {
    let text = "container `app` of Deployment `web`: the readinessProbe names no port: name it in its \
                `ports`";
    for missing in ["", ", port: null", ", port: ''"] {
        assert_eq!(port("apiVersion: apps/v1\nkind: Deployment", missing), [text], "{missing}");
    }
}

#[test]
fn a_name_that_is_missing_among_the_ports_is_no_port() {
    let yaml = "kind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: app, ports: [{ \
                containerPort: 1 }, { name: null, containerPort: 2 }], readinessProbe: { httpGet: { \
                path: /healthz/ready, port: http }, periodSeconds: 5 } }] }";
    assert_eq!(
        only(yaml),
        "container `app` of Pod `web`: the readinessProbe names port `http`, which the container does \
         not have: name it in its `ports`"
    );
}
