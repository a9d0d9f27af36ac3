//! Endpoints from configuration: what it can say, what it overrides, what it is told about
//! mistakes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod advice;
mod environment;
mod loaders;
mod log;
mod messages;
mod overlay;
mod round_trip;
mod scale;

use healthz_core::{HealthError, RegistryError, config::HealthzConfig};

#[expect(clippy::unnecessary_wraps, reason = "it is a check")]
fn pass() -> Result<(), HealthError> {
    Ok(())
}

fn toml(text: &str) -> HealthzConfig {
    toml::from_str(text).unwrap()
}

/// The mistakes of a build, as text, one by one.
fn texts(error: &RegistryError) -> Vec<String> {
    match error {
        RegistryError::Several(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
        one => vec![one.to_string()],
    }
}
