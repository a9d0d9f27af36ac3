//! Size is not syntax.

use std::time::{Duration, Instant};

use healthz_core::kubernetes::ManifestError;

use crate::{
    deployment,
    lint::{ENDPOINTS, texts},
    registry,
};

fn error(yaml: &str) -> ManifestError {
    registry(ENDPOINTS).check_manifest(yaml).unwrap_err()
}

#[test]
fn many_documents_are_read() {
    let registry = registry(ENDPOINTS);
    let wrong = deployment(&registry, "http").replace("/healthz/ready", "/healthz/redy");
    let found = texts(&registry, &("kind: Service\n---\n".repeat(1_025) + &wrong));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_long_list_is_read() {
    let registry = registry(ENDPOINTS);
    let map = |i| {
        format!("- {{ kind: ConfigMap, metadata: {{ name: a{i} }}, data: {{ a: b, c: d }} }}\n")
    };
    let list: String = (0..20_000).map(map).collect();
    let found = texts(
        &registry,
        &format!("kind: List\nitems:\n{list}---\n{}", deployment(&registry, "http")),
    );
    assert_eq!(found, [""; 0]);
}

#[test]
fn deep_nesting_has_an_error_of_its_own() {
    let deep = |levels: usize| format!("a:\n  {}{}\n", "[".repeat(levels), "]".repeat(levels));
    assert!(matches!(error(&deep(63)), ManifestError::NoWorkload));
    let text = "the manifest is nested too deep in line 2, the limit is 64 levels: leave that document out";
    for levels in [64, 250, 300, 100_000] {
        assert_eq!(error(&deep(levels)).to_string(), text, "{levels}");
    }
    let lines: Vec<_> = (0..100).map(|level| " ".repeat(level) + "a:\n").collect();
    let block = lines.concat();
    assert!(matches!(error(&block), ManifestError::TooDeep { line: 65, limit: 64, .. }));
}

#[test]
fn a_file_that_is_too_long_has_an_error_of_its_own() {
    assert_eq!(
        error(&"# a\n".repeat(5 << 20)).to_string(),
        "the manifest has 20971520 bytes, the limit is 16777216: split it, or give only the documents \
         with pods"
    );
}

#[test]
fn bombs_are_refused_at_once() {
    let laughs = (1..12).fold("a0: &a0 [x]\n".to_owned(), |yaml, i| {
        let ten = vec![format!("*a{}", i - 1); 10].join(", ");
        format!("{yaml}a{i}: &a{i} [{ten}]\n")
    });
    let text = format!("a: &a '{}'\nb:\n{}", "x".repeat(1 << 20), "- *a\n".repeat(40_000));
    let list = format!("a: &a [{}]\nb:\n{}", "x, ".repeat(1_000), "- *a\n".repeat(40_000));
    for bomb in [laughs, text, list] {
        let begin = Instant::now();
        let error = error(&bomb);
        assert!(matches!(error, ManifestError::TooManyAliases { limit: 50_000, .. }), "{error}");
        assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    }
}

#[test]
fn anchors_and_merges_as_people_write_them_are_read() {
    let yaml = "
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: app
      livenessProbe: &probe
        httpGet: { path: /healthz/live, port: 8000 }
      readinessProbe:
        <<: *probe
        httpGet: { path: /healthz/redy, port: 8000 }
        periodSeconds: 5
";
    let found = texts(&registry(ENDPOINTS), yaml);
    assert!(found.len() == 1 && found[0].contains("asks for `/healthz/redy`"), "{found:?}");
}

#[test]
fn a_key_that_is_there_twice_is_named_in_the_words_of_the_manifest() {
    assert_eq!(
        error("kind: Pod\nspec:\n  a: 1\n  a: 2\n").to_string(),
        "the manifest has the key `a` a second time in line 4: remove one of the two"
    );
}

#[test]
fn no_error_speaks_of_the_readers_own_options() {
    for yaml in
        ["a: [1\nb: 2", "a:\n\tb: 1", "a: *b", "a: &a [*a]", "? [a]\n: b", "a: b: c", "%x\n", "'"]
    {
        let text = error(yaml).to_string();
        for word in ["Options", "Policy", "budget", "Budget", "serde", "Rc", "Weak", "{"] {
            assert!(!text.contains(word), "{yaml:?}: {text}");
        }
    }
}
