use std::fmt;

/// A manifest that cannot be compared with anything; says why, and what cures it.
///
/// Its `Debug` is its message as well, because `fn main() -> Result<(), Box<dyn Error>>` prints
/// that.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is not YAML.
    #[error("the manifest is not YAML: {0}")]
    NotYaml(String),

    /// A mapping has a key twice.
    #[error("the manifest has the key `{key}` a second time in line {line}: remove one of the two")]
    #[non_exhaustive]
    RepeatedKey {
        /// The key.
        key: String,
        /// The line of the second one, from 1.
        line: u64,
    },

    /// It is the template of a manifest.
    #[error(
        "the manifest is a template (`{{{{` in line {line}): render it first, as `helm template` does"
    )]
    #[non_exhaustive]
    Template {
        /// The line, from 1.
        line: u64,
    },

    /// It is nested too deep for a reader that must not run out of stack.
    #[error(
        "the manifest is nested too deep in line {line}, the limit is {limit} levels: leave that \
         document out"
    )]
    #[non_exhaustive]
    TooDeep {
        /// The line, from 1.
        line: u64,
        /// How many levels are read.
        limit: usize,
    },

    /// It is too long.
    #[error(
        "the manifest has {bytes} bytes, the limit is {limit}: split it, or give only the documents \
         with pods"
    )]
    #[non_exhaustive]
    TooLong {
        /// Its length.
        bytes: usize,
        /// How many bytes are read.
        limit: usize,
    },

    /// Its aliases (`*name`) repeat more than any manifest does that was written by hand.
    #[error(
        "the aliases of the manifest repeat too much in line {line}, the limit is {limit} values: \
         write out what they stand for"
    )]
    #[non_exhaustive]
    TooManyAliases {
        /// The line, from 1.
        line: u64,
        /// How many values all aliases together may stand for.
        limit: usize,
    },

    /// There is no pod in it.
    #[error(
        "the manifest has no containers: give it a Pod, or a Deployment or anything else with a pod \
         template"
    )]
    NoWorkload,
}

impl fmt::Debug for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
