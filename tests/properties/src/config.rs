//! Any configuration, in three formats.

use healthz_core::{HealthError, Registry, config::HealthzConfig};

/// A configuration is taken or refused with a text that says something; one that is taken says,
/// written down and read again, the same.
///
/// The first byte of the input chooses between TOML, YAML and JSON; the rest is the text.
pub fn config(input: &[u8]) {
    let Some((format, text)) = input.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let read: Option<HealthzConfig> = match format % 3 {
        0 => toml::from_str(&text).ok(),
        1 => serde_saphyr::from_str(&text).ok(),
        _ => serde_json::from_str(&text).ok(),
    };
    let Some(config) = read else { return };
    let built = |config: HealthzConfig| {
        Registry::builder()
            .check("database", || Err(HealthError::new("it is down")))
            .check("cache", || Ok(()))
            .liveness("live", [])
            .readiness("ready", ["database", "cache"])
            .config(config)
            .build()
    };
    match built(config) {
        Err(error) => {
            let text = error.to_string();
            assert!(!text.trim().is_empty() && format!("{error:?}") == text, "{text}");
        }
        Ok(registry) => {
            let told = registry.to_config();
            let written = serde_json::to_string(&told).unwrap_or_default();
            let Ok(again) = serde_json::from_str(&written) else {
                panic!("cannot be read: {written}")
            };
            match built(again) {
                Ok(again) => {
                    let again = serde_json::to_string(&again.to_config()).unwrap_or_default();
                    assert_eq!(again, written);
                }
                Err(error) => panic!("{error}: {written}"),
            }
        }
    }
}
