//! Any text as a manifest.

use std::cell::OnceCell;

use healthz_core::Registry;

/// A manifest is compared with a registry or refused, with texts that say something, and twice the
/// same.
pub fn manifest(input: &[u8]) {
    thread_local! {
        static REGISTRY: OnceCell<Registry> = const { OnceCell::new() };
    }
    let text = String::from_utf8_lossy(input);
    REGISTRY.with(|registry| {
        let registry = registry.get_or_init(|| {
            let builder = Registry::builder().liveness("live", []).startup("startup", []);
            match builder.readiness("ready", []).build() {
                Ok(registry) => registry,
                Err(error) => panic!("{error}"),
            }
        });
        let texts = || match registry.check_manifest(&text) {
            Ok(findings) => {
                let contradictions = findings.contradictions().iter().map(ToString::to_string);
                let advice = findings.advice().iter().map(ToString::to_string);
                contradictions.chain(advice).collect::<Vec<_>>()
            }
            Err(error) => vec![error.to_string()],
        };
        let told = texts();
        assert!(told.iter().all(|text| !text.trim().is_empty()), "{told:?}");
        assert_eq!(told, texts());
    });
}
