use serde_json::Value;
use serde_saphyr::{
    Error, Options, UserMessageFormatter, alias_limits, budget, budget::BudgetBreach, options,
    options::NonFiniteFloatPolicy,
};

use crate::kubernetes::manifest_error::ManifestError;

/// How many bytes are read: a manifest of 20,000 objects has 2 MB.
const MAX_BYTES: usize = 16 << 20;
/// How deep the documents may be nested: the reader calls itself for each level, and a thread of 2
/// MiB has to do for a build without optimisations. The deepest objects of Kubernetes need about
/// 40.
const MAX_DEPTH: usize = 64;
/// How many values the aliases may stand for. What is not repeated is bounded by `MAX_BYTES`.
const MAX_REPEATED: usize = 50_000;

/// Reads the documents of a file.
pub(super) fn documents(yaml: &str) -> Result<Vec<Value>, ManifestError> {
    if yaml.len() > MAX_BYTES {
        return Err(ManifestError::TooLong { bytes: yaml.len(), limit: MAX_BYTES });
    }
    serde_saphyr::from_multiple_with_options(yaml, limits()).map_err(|error| explain(&error, yaml))
}

/// Says that a file is a template, in the words of an error that names its first `{{`.
pub(super) fn template(yaml: &str) -> ManifestError {
    let line = yaml.lines().position(|line| line.contains("{{")).unwrap_or_default();
    ManifestError::Template { line: line as u64 + 1 }
}

/// Bounds what a short file can cost, and nothing that its length bounds anyway.
fn limits() -> Options {
    options! {
        budget: budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: usize::MAX,
            max_documents: usize::MAX,
            max_events: usize::MAX,
            max_nodes: usize::MAX,
            max_aliases: usize::MAX,
            max_anchors: usize::MAX,
        },
        alias_limits: alias_limits! { max_total_replayed_events: MAX_REPEATED },
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

fn explain(error: &Error, yaml: &str) -> ManifestError {
    let line = error.location().map_or(1, |location| location.line());
    match innermost(error) {
        Error::DuplicateMappingKey { key, .. } => {
            ManifestError::RepeatedKey { key: key.clone().unwrap_or_default(), line }
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => {
            ManifestError::TooDeep { line, limit: MAX_DEPTH }
        }
        Error::Budget { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            ManifestError::TooManyAliases { line, limit: MAX_REPEATED }
        }
        _ if is_template(yaml, line) => template(yaml),
        // For users, because the text for developers speaks of the reader's own options.
        _ => ManifestError::NotYaml(error.render_with_formatter(&UserMessageFormatter)),
    }
}

fn innermost(error: &Error) -> &Error {
    match error.without_snippet() {
        Error::AliasError { error, .. } => innermost(error),
        error => error,
    }
}

/// Whether a template's action is what the reader stumbled over in this line: it begins where a
/// value begins, and in this line or in one before that it is not closed in.
fn is_template(yaml: &str, line: u64) -> bool {
    let read = yaml.lines().zip(1..=line);
    read.into_iter().any(|(text, number)| {
        let text = text.trim_start();
        let begins =
            text.starts_with("{{") || [": {{", "- {{"].iter().any(|start| text.contains(start));
        begins && (number == line || !text.contains("}}"))
    })
}
