//! Whose container it is.

use crate::{
    deployment,
    lint::{ENDPOINTS, after, texts},
    registry,
};

#[test]
fn kubelet_adds_the_slash_and_keeps_the_fragment() {
    for same in ["healthz/ready", "/healthz/ready#x", "/healthz/ready?a=b#c", "healthz/ready#/x"] {
        let path = format!("'{same}'");
        assert_eq!(after("/healthz/ready", &path), [""; 0], "{same}");
    }
    assert_eq!(after("/healthz/ready", "/healthz/#/ready").len(), 1);
}

/// Findings for a fitting deployment with another document behind it.
fn beside(other: &str) -> Vec<String> {
    let registry = registry(ENDPOINTS);
    texts(&registry, &format!("{}\n---\n{other}", deployment(&registry, "http")))
}

fn other(image: &str, path: &str) -> String {
    format!(
        "kind: Pod\nmetadata: {{ name: other }}\nspec: {{ containers: [{{ name: a, image: '{image}', \
         readinessProbe: {{ httpGet: {{ path: {path}, port: 1 }} }} }}] }}"
    )
}

#[test]
fn a_wrong_path_does_not_pass_because_another_workload_fits() {
    for found in [
        beside(&other("b", "/healthz/redy")),
        // The image of the deployment, in another version.
        beside(&other("app:2", "/wrong")),
        beside(&other("app@sha256:0123", "/wrong")),
    ] {
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("container `a` of Pod `other`: the readinessProbe asks for"),
            "{found:?}"
        );
    }
    assert_eq!(beside(&other("b", "/wrong")), [""; 0]);
}

#[test]
fn a_path_that_is_nearly_ours_is_asked_about() {
    assert_eq!(
        beside(&other("b", "/health/ready")),
        [
            "advice: container `a` of Pod `other`: the readinessProbe asks for `/health/ready`, which no \
          endpoint serves: if that container is this service, use `/healthz/ready`"
        ]
    );
}

#[test]
fn a_known_sidecar_is_not_ours() {
    let registry = registry(ENDPOINTS);
    let fitting = deployment(&registry, "http");
    for (name, port) in [("istio-proxy", 15021), ("mesh", 15021), ("linkerd-proxy", 4191)] {
        let sidecar = format!(
            "      containers:\n      - {{ name: {name}, startupProbe: {{ httpGet: {{ path: /healthz/ready, port: {port} }} }} \
             }}\n"
        );
        let with = |yaml: &str| yaml.replace("      containers:\n", &sidecar);
        assert_eq!(texts(&registry, &with(&fitting)), [""; 0], "{name}");
        // Nor does it hide that our own container asks for nothing there is.
        let found = texts(&registry, &with(&fitting.replace("/healthz/", "/health/")));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|text| text.starts_with("container `app`")), "{found:?}");
    }
}

#[test]
fn a_neighbour_on_another_port_is_not_ours() {
    let registry = registry(ENDPOINTS);
    let fitting = deployment(&registry, "http");
    let neighbour = |port, image| {
        let neighbour = format!(
            "      containers:\n      - {{ name: b, image: '{image}', livenessProbe: {{ httpGet: {{ path: /healthz/ready, \
             port: {port} }} }} }}\n"
        );
        texts(&registry, &fitting.replace("      containers:\n", &neighbour))
    };
    assert_eq!(neighbour(9901, "relay:1"), [""; 0]);
    // On our port it is ours, whatever its image, and a copy of ours is on any port.
    assert_eq!(neighbour(8000, "relay:1").len(), 2);
    assert_eq!(neighbour(9901, "app:2").len(), 2);
}

#[test]
fn a_template_of_helm_is_to_be_rendered_first() {
    let registry = registry(ENDPOINTS);
    for (template, line) in [
        ("kind: Pod\nspec: {{ .Values.spec }}\n", 2),
        ("kind: Pod\n{{- if .Values.on }}\nspec: {}\n{{- end }}\n", 2),
        ("spec:\n  labels:\n    {{- include \"a\" . | nindent 4 }}\n", 3),
        ("{{/*\n comment: of: a: template\n*/}}\nkind: Pod\n", 1),
        (
            "kind: Pod\nspec: { containers: [{ livenessProbe: { httpGet: { path: \"{{ .path }}\" } } }] }",
            2,
        ),
    ] {
        assert_eq!(
            registry.check_manifest(template).unwrap_err().to_string(),
            format!(
                "the manifest is a template (`{{{{` in line {line}): render it first, as `helm \
                 template` does"
            ),
        );
    }
}

#[test]
fn braces_in_text_are_no_template() {
    let map =
        "kind: ConfigMap\ndata:\n  alert: |\n    {{ range .Alerts }}\n  one: '{{ .One }}'\n---\n";
    let registry = registry(ENDPOINTS);
    let fitting = deployment(&registry, "http");
    assert_eq!(texts(&registry, &(map.to_owned() + &fitting)), [""; 0]);
    let error = registry.check_manifest(&(map.to_owned() + "a: [1\nb: 2\n")).unwrap_err();
    assert!(error.to_string().starts_with("the manifest is not YAML: "), "{error}");
}

fn handler(handler: &str) -> Vec<String> {
    let registry = registry("endpoints.live = []");
    let yaml = format!(
        "kind: Pod\nmetadata: {{ name: web }}\nspec: {{ containers: [{{ name: app, livenessProbe: {{ \
         {handler} }} }}] }}"
    );
    texts(&registry, &yaml)
}

#[test]
fn other_handlers_are_named_as_unread() {
    for (given, name) in [
        ("exec: { command: [pg_isready] }", "exec"),
        ("grpc: { port: 9000 }", "grpc"),
        ("tcpSocket: { port: 8000 }", "tcpSocket"),
    ] {
        assert_eq!(
            handler(given),
            [format!(
                "advice: container `app` of Pod `web`: the livenessProbe is an `{name}` probe, and \
                 nothing here can tell what that asks: use `httpGet` with one of `/healthz/live`"
            )]
        );
    }
}

#[test]
fn a_probe_command_is_read() {
    for fits in [
        "exec: { command: [healthz-probe, 'http://127.0.0.1:8000/healthz/live'] }",
        "exec: { command: [/app, --healthcheck=live] }",
    ] {
        assert_eq!(handler(fits), [""; 0], "{fits}");
    }
    for (wrong, path) in [
        ("exec: { command: [/bin/healthz-probe] }", "/healthz/ready"),
        ("exec: { command: [/app, --healthcheck] }", "/healthz/ready"),
        ("exec: { command: [/app, --healthcheck=alive] }", "alive"),
    ] {
        let found = handler(wrong);
        let text = format!("the livenessProbe asks for `{path}`, which no endpoint serves");
        assert!(found.len() == 1 && found[0].contains(&text), "{found:?}");
    }
}
