use std::{collections::BTreeSet, error::Error, fmt, sync::Arc, time::Duration};

use crate::{plan::setting::Setting, support::nearest::nearest};

/// A mistake in what a [`RegistryBuilder`](crate::RegistryBuilder) was given; says who made it and
/// what cures it.
///
/// Its `Debug` is its message as well, because `fn main() -> Result<(), Box<dyn Error>>` prints
/// that.
///
/// ```
/// use std::error::Error;
/// use healthz_core::Registry;
///
/// let error = Registry::builder().readiness("ready", ["db"]).build().unwrap_err();
/// let error: Box<dyn Error> = error.into();
/// assert_eq!(
///     format!("Error: {error:?}"),
///     "Error: endpoint `ready` names the unknown check `db`: register it, there is no check yet",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryError {
    /// A prefix or an endpoint's own path that not every router takes literally, or that is not the
    /// endpoint's to have.
    #[non_exhaustive]
    InvalidPath {
        /// `prefix`, or `at` of an endpoint.
        setting: Setting,
        /// The path as given.
        path: String,
        /// What to change.
        cure: &'static str,
    },

    /// Two endpoints at one path.
    #[non_exhaustive]
    PathTaken {
        /// The path.
        path: String,
        /// The two.
        endpoints: [String; 2],
    },

    /// An endpoint at the root whose name is not one that every router takes literally.
    #[non_exhaustive]
    NotLiteral {
        /// The name as given.
        endpoint: String,
    },

    /// A check without a name.
    EmptyCheckName,

    /// An endpoint without a name.
    EmptyEndpointName,

    /// An endpoint's name that is no single path segment.
    #[non_exhaustive]
    SlashInEndpointName {
        /// The name as given.
        endpoint: String,
    },

    /// Two checks of the same name; an endpoint's own check has the endpoint's name.
    #[non_exhaustive]
    DuplicateCheck {
        /// The name.
        check: String,
    },

    /// Two endpoints of the same name.
    #[non_exhaustive]
    DuplicateEndpoint {
        /// The name.
        endpoint: String,
    },

    /// An endpoint names a check that nobody registered.
    #[non_exhaustive]
    UnknownCheck {
        /// `checks` of the endpoint.
        setting: Setting,
        /// The name it uses.
        check: String,
        /// The names there are.
        known: Arc<[String]>,
    },

    /// An endpoint names the same check twice.
    #[non_exhaustive]
    RepeatedCheck {
        /// `checks` of the endpoint.
        setting: Setting,
        /// The check.
        check: String,
    },

    /// A duration that must not be zero.
    #[non_exhaustive]
    ZeroDuration {
        /// Which one.
        setting: Setting,
    },

    /// A budget longer than [`MAX_BUDGET`](crate::MAX_BUDGET).
    #[non_exhaustive]
    BudgetTooLong {
        /// Whose it is.
        setting: Setting,
        /// The budget as given.
        budget: Duration,
    },

    /// A watch of the runtime with a bound of less than
    /// [`MIN_RUNTIME_WATCH`](crate::MIN_RUNTIME_WATCH).
    #[non_exhaustive]
    RuntimeWatchTooShort {
        /// The bound as given.
        bound: Duration,
    },

    /// A threshold of no results.
    #[non_exhaustive]
    ZeroThreshold {
        /// `fail_after` or `recover_after` of a check.
        setting: Setting,
    },

    /// A check that is both cached and run in the background.
    #[non_exhaustive]
    CachedBackground {
        /// The check.
        check: String,
        /// `cache` or `cache_failures`.
        cache: &'static str,
    },

    /// A maximum age without an interval.
    #[non_exhaustive]
    MaxAgeWithoutInterval {
        /// The check.
        check: String,
    },

    /// A maximum age that a result may exceed before the next one is there: of less than 1.1 times
    /// the interval, which the jitter may make of it, and the timeout.
    #[non_exhaustive]
    MaxAgeTooShort {
        /// `max_age` of the check.
        setting: Setting,
        /// The maximum age as given.
        max_age: Duration,
        /// The shortest that would do.
        least: Duration,
        /// The interval.
        every: Duration,
        /// The timeout, as given or by default.
        timeout: Duration,
    },

    /// A configuration sets up a check that nobody registered.
    #[non_exhaustive]
    UnregisteredCheck {
        /// `checks` and the name it uses.
        setting: Setting,
        /// The names there are.
        known: Arc<[String]>,
    },

    /// An endpoint that only a configuration knows, and that does not say which checks it has.
    #[non_exhaustive]
    EndpointWithoutChecks {
        /// `endpoints` and the name it uses.
        setting: Setting,
        /// The endpoints that the code has.
        known: Arc<[String]>,
    },

    /// A configuration has a key that means nothing.
    #[non_exhaustive]
    UnknownKey {
        /// The key.
        setting: Setting,
        /// The keys there could be in its place.
        known: Vec<&'static str>,
    },

    /// An environment variable has one `_` where two part a name from what is before or after it.
    #[non_exhaustive]
    SingleUnderscore {
        /// The key as the loader read it.
        setting: Setting,
        /// The path that was likely meant.
        meant: String,
    },

    /// A configuration gives a key a value that cannot be read.
    #[non_exhaustive]
    InvalidValue {
        /// The key.
        setting: Setting,
        /// The value, in words.
        found: String,
        /// What to write instead.
        cure: &'static str,
    },

    /// Several mistakes at once, one a line; at least two, none of them `Several` again.
    Several(Vec<RegistryError>),
}

impl RegistryError {
    /// The first of at least one mistake.
    pub(crate) fn first(mut mistakes: Vec<Self>) -> Self {
        mistakes.swap_remove(0)
    }

    /// All of at least one mistake.
    pub(crate) fn all(mistakes: Vec<Self>) -> Self {
        if mistakes.len() == 1 { Self::first(mistakes) } else { Self::Several(mistakes) }
    }

    /// The setting that it is about, if it is about one.
    pub(crate) fn setting_mut(&mut self) -> Option<&mut Setting> {
        match self {
            Self::InvalidPath { setting, .. }
            | Self::UnknownCheck { setting, .. }
            | Self::RepeatedCheck { setting, .. }
            | Self::ZeroDuration { setting }
            | Self::BudgetTooLong { setting, .. }
            | Self::ZeroThreshold { setting }
            | Self::MaxAgeTooShort { setting, .. }
            | Self::UnregisteredCheck { setting, .. }
            | Self::EndpointWithoutChecks { setting, .. }
            | Self::UnknownKey { setting, .. }
            | Self::SingleUnderscore { setting, .. }
            | Self::InvalidValue { setting, .. } => Some(setting),
            _ => None,
        }
    }

    /// Writes the message, which says of what there is only what `choices` has not said already.
    #[expect(clippy::too_many_lines, reason = "a list of messages, one for each mistake")]
    fn write(&self, f: &mut fmt::Formatter<'_>, choices: &mut Choices) -> fmt::Result {
        match self {
            Self::InvalidPath { setting, path, cure } => write!(f, "{setting} is `{path}`: {cure}"),
            Self::PathTaken { path, endpoints: [one, other] } => write!(
                f,
                "endpoints `{one}` and `{other}` are both at `{path}`: give one of them another path"
            ),
            Self::NotLiteral { endpoint } => write!(
                f,
                "endpoint `{endpoint}` has a name that cannot be served at the root: use only \
                 letters, digits, `-`, `.`, `_` and `~` in it, or set a prefix"
            ),
            Self::EmptyCheckName => f.write_str(
                "a check has an empty name: give it one, endpoints and logs refer to it",
            ),
            Self::EmptyEndpointName => f.write_str(
                "an endpoint has an empty name: give it one, it is the last part of its path",
            ),
            Self::SlashInEndpointName { endpoint } => write!(
                f,
                "endpoint `{endpoint}` has a `/` in its name: use a single path segment, or move \
                 the rest into the prefix"
            ),
            Self::DuplicateCheck { check } => {
                write!(f, "check `{check}` is registered twice: rename one of them")
            }
            Self::DuplicateEndpoint { endpoint } => {
                write!(f, "endpoint `{endpoint}` is registered twice: rename one of them")
            }
            Self::UnknownCheck { setting, check, known } => {
                let (owner, choice) = (setting.owner(), choices.next(check, &all(known)));
                write!(f, "{owner} names the unknown check `{check}`: register it{choice}")
            }
            Self::RepeatedCheck { setting, check } => {
                write!(f, "{} names check `{check}` twice: name it once", setting.owner())
            }
            Self::ZeroDuration { setting } => {
                write!(f, "{setting} is zero: give it a positive duration, or leave it out")
            }
            Self::BudgetTooLong { setting, budget } => {
                write!(f, "{setting} is {budget:?}: give it at most 30s, no prober waits longer")
            }
            Self::RuntimeWatchTooShort { bound } => write!(
                f,
                "`watch_runtime` is {bound:?}: give it at least 1s, a worker may well be in one \
                 task for less"
            ),
            Self::ZeroThreshold { setting } => {
                write!(f, "{setting} is 0: use 1 to turn at the first result")
            }
            Self::CachedBackground { check, cache } => write!(
                f,
                "check `{check}` has both `{cache}` and `every`: leave out `{cache}` (in a \
                 configuration `{cache} = false` takes back what the code says), probes read \
                 background results anyway"
            ),
            Self::MaxAgeWithoutInterval { check } => write!(
                f,
                "check `{check}` has `max_age` but not `every`: add `every`, or use `cache`"
            ),
            Self::MaxAgeTooShort { setting, max_age, least, every, timeout } => write!(
                f,
                "{setting} is {max_age:?}: give it at least {least:?}, 1.1 times the `every` of \
                 {every:?} and the `timeout` of {timeout:?}, or a check that always passes goes \
                 stale between two runs"
            ),
            Self::UnregisteredCheck { setting, known } => {
                let choice = choices.next(setting.key(), &all(known));
                write!(f, "{setting} is no check of the code: register it there{choice}")
            }
            Self::EndpointWithoutChecks { setting, known } => {
                let meant = meant(setting.key(), &all(known));
                write!(
                    f,
                    "{setting} is no endpoint of the code and has no `checks`: give it some, `[]` \
                     for none{meant}"
                )
            }
            Self::UnknownKey { setting, .. } if is_service_link(setting.path()) => write!(
                f,
                "unknown key {setting}: Kubernetes sets such variables for a Service that is \
                 called `healthz`, so let the loader read the prefix `HEALTHZ__`"
            ),
            Self::UnknownKey { setting, known } => {
                let choice = choices.next(setting.key(), known);
                let prefix = match setting.variable() {
                    Some(variable) if !variable.contains("__") => {
                        "; a loader that reads the prefix `HEALTHZ__` leaves other variables alone"
                    }
                    _ => "",
                };
                write!(f, "unknown key {setting}: leave it out{choice}{prefix}")
            }
            Self::SingleUnderscore { setting, meant } => write!(
                f,
                "{setting} means nothing: write `{meant}` in a file, and `HEALTHZ__{}` as a \
                 variable, with `__` between the parts",
                meant.to_ascii_uppercase().replace('.', "__")
            ),
            Self::InvalidValue { setting, found, cure } => {
                write!(f, "{setting} is {found}: {cure}")
            }
            Self::Several(mistakes) => {
                write!(f, "{} mistakes:", mistakes.len())?;
                let mut choices = Choices::default();
                mistakes.iter().try_for_each(|mistake| {
                    f.write_str("\n- ")?;
                    mistake.write(f, &mut choices)
                })
            }
        }
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &mut Choices::default())
    }
}

impl fmt::Debug for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for RegistryError {}

/// Whether a key is what is left of a variable that Kubernetes sets for a Service
/// (`makeEnvVariableName` and `makeLinkVariables` in kubernetes `pkg/kubelet/envvars/envvars.go`)
/// when a loader takes the name of the Service for its own prefix.
fn is_service_link(key: &str) -> bool {
    let numbered = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    matches!(key, "port" | "service_host" | "service_port")
        || key.starts_with("service_port_")
        || key.strip_prefix("port_").is_some_and(numbered)
}

/// How many names a message lists.
const LISTED: usize = 20;
/// How many names one message compares with what was typed: a hundred mistakes among ten thousand.
const COMPARED: usize = 1_000_000;

/// What a message has said already, which may be of several mistakes.
#[derive(Default)]
struct Choices {
    listed: BTreeSet<String>,
    compared: usize,
}

impl Choices {
    /// What there is to choose from, and what was likely meant: names that an earlier one listed are
    /// not listed again.
    fn next(&mut self, typed: &str, known: &[&str]) -> String {
        if known.is_empty() {
            return ", there is no check yet".into();
        }
        let list = list(known);
        let mut choice = String::new();
        if !self.listed.contains(&list) {
            choice = format!(", or use one of {list}");
            self.listed.insert(list);
        }
        self.compared += known.len();
        if self.compared <= COMPARED {
            choice += &meant(typed, known);
        }
        choice
    }
}

fn all(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn list(names: &[&str]) -> String {
    let listed = names.iter().take(LISTED).map(|name| format!("`{name}`"));
    let listed = listed.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}

fn meant(name: &str, known: &[&str]) -> String {
    let nearest = nearest(name, known.iter().copied());
    nearest.map(|nearest| format!(" (did you mean `{nearest}`?)")).unwrap_or_default()
}
