use std::time::Duration;

use crate::support::nearest::nearest;

/// A mistake in what a [`RegistryBuilder`](crate::RegistryBuilder) was given; says who made it and
/// what cures it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The prefix is not one that every router takes literally.
    #[error("invalid prefix `{prefix}`: {cure}")]
    #[non_exhaustive]
    InvalidPrefix {
        /// The prefix as given.
        prefix: String,
        /// What to change.
        cure: &'static str,
    },

    /// A check without a name.
    #[error("a check has an empty name: give it one, endpoints and logs refer to it")]
    EmptyCheckName,

    /// An endpoint without a name.
    #[error("an endpoint has an empty name: give it one, it is the last part of its path")]
    EmptyEndpointName,

    /// An endpoint's name that is no single path segment.
    #[error(
        "endpoint `{endpoint}` has a `/` in its name: use a single path segment, or move the rest \
         into the prefix"
    )]
    #[non_exhaustive]
    SlashInEndpointName {
        /// The name as given.
        endpoint: String,
    },

    /// Two checks of the same name; an endpoint's own check has the endpoint's name.
    #[error("check `{check}` is registered twice: rename one of them")]
    #[non_exhaustive]
    DuplicateCheck {
        /// The name.
        check: String,
    },

    /// Two endpoints of the same name.
    #[error("endpoint `{endpoint}` is registered twice: rename one of them")]
    #[non_exhaustive]
    DuplicateEndpoint {
        /// The name.
        endpoint: String,
    },

    /// An endpoint names a check that nobody registered.
    #[error(
        "endpoint `{endpoint}` names the unknown check `{check}`: register it, or use one of {}{}",
        list(known),
        meant(check, known)
    )]
    #[non_exhaustive]
    UnknownCheck {
        /// The endpoint.
        endpoint: String,
        /// The name it uses.
        check: String,
        /// The names there are, in the order of registration.
        known: Vec<String>,
    },

    /// An endpoint names the same check twice.
    #[error("endpoint `{endpoint}` names check `{check}` twice: name it once")]
    #[non_exhaustive]
    RepeatedCheck {
        /// The endpoint.
        endpoint: String,
        /// The check.
        check: String,
    },

    /// A duration that must not be zero.
    #[error("the {what} of `{name}` is zero: give it a positive duration, or leave it out")]
    #[non_exhaustive]
    ZeroDuration {
        /// Which one, in words.
        what: &'static str,
        /// The check or endpoint it belongs to.
        name: String,
    },

    /// A budget longer than [`MAX_BUDGET`](crate::MAX_BUDGET).
    #[error("the budget of `{name}` is {budget:?}: give it at most 30s, no prober waits longer")]
    #[non_exhaustive]
    BudgetTooLong {
        /// The endpoint it belongs to.
        name: String,
        /// The budget as given.
        budget: Duration,
    },

    /// A threshold of no results.
    #[error("{what} of check `{check}` is 0: use 1 to turn at the first result")]
    #[non_exhaustive]
    ZeroThreshold {
        /// `fail_after` or `recover_after`.
        what: &'static str,
        /// The check.
        check: String,
    },

    /// A check that is both cached and run in the background.
    #[error(
        "check `{check}` has both a cache and an interval: leave out the cache, probes read \
         background results anyway"
    )]
    #[non_exhaustive]
    CachedBackground {
        /// The check.
        check: String,
    },

    /// A maximum age without an interval.
    #[error("check `{check}` has a maximum age but no interval: add `every`, or use `cache`")]
    #[non_exhaustive]
    MaxAgeWithoutInterval {
        /// The check.
        check: String,
    },

    /// A maximum age that every result exceeds before the next one comes.
    #[error(
        "check `{check}` has a maximum age of {max_age:?}, shorter than its interval of {every:?}: \
         give it at least the interval"
    )]
    #[non_exhaustive]
    MaxAgeTooShort {
        /// The check.
        check: String,
        /// The maximum age as given.
        max_age: Duration,
        /// The interval.
        every: Duration,
    },

    /// A configuration sets up a check that nobody registered.
    #[error(
        "the configuration sets up the unknown check `{check}`: register it in the code, or use one \
         of {}{}",
        list(known),
        meant(check, known)
    )]
    #[non_exhaustive]
    UnregisteredCheck {
        /// The name it uses.
        check: String,
        /// The names there are, in the order of registration.
        known: Vec<String>,
    },

    /// An endpoint that only a configuration knows, and that does not say which checks it has.
    #[error(
        "endpoint `{endpoint}` is in the configuration only and names no checks: give it `checks`, \
         `[]` for none{}",
        meant(endpoint, known)
    )]
    #[non_exhaustive]
    EndpointWithoutChecks {
        /// The endpoint.
        endpoint: String,
        /// The endpoints that the code has.
        known: Vec<String>,
    },

    /// A configuration has a key that means nothing.
    #[error(
        "unknown key `{path}` in the configuration: leave it out, or use one of {}{}",
        list(known),
        meant(path.rsplit('.').next().unwrap_or(path), known)
    )]
    #[non_exhaustive]
    UnknownKey {
        /// The path of the key, its parts joined with `.`.
        path: String,
        /// The keys there could be in its place.
        known: Vec<&'static str>,
    },

    /// A configuration gives a key a value that cannot be read.
    #[error("`{path}` in the configuration is {found}: {cure}")]
    #[non_exhaustive]
    InvalidValue {
        /// The path of the key, its parts joined with `.`.
        path: String,
        /// The value, in words.
        found: String,
        /// What to write instead.
        cure: &'static str,
    },

    /// Several mistakes at once, one a line; at least two, none of them `Several` again.
    #[error("{} mistakes:\n{}", .0.len(), lines(.0))]
    Several(Vec<RegistryError>),
}

impl RegistryError {
    /// Makes one error of `mistakes`: of all of them, or of the first.
    pub(crate) fn of(mut mistakes: Vec<Self>, all: bool) -> Option<Self> {
        if all && mistakes.len() > 1 {
            return Some(Self::Several(mistakes));
        }
        mistakes.truncate(1);
        mistakes.pop()
    }
}

fn list(names: &[impl AsRef<str>]) -> String {
    if names.is_empty() {
        return "none, for no check is registered".into();
    }
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn meant(name: &str, known: &[impl AsRef<str>]) -> String {
    let nearest = nearest(name, known.iter().map(AsRef::as_ref));
    nearest.map(|nearest| format!(" (did you mean `{nearest}`?)")).unwrap_or_default()
}

fn lines(mistakes: &[RegistryError]) -> String {
    mistakes.iter().map(|mistake| format!("- {mistake}")).collect::<Vec<_>>().join("\n")
}
