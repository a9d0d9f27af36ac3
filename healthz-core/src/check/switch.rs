use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::support::duration;

/// A duration that a configuration can also take back: `"5s"` or `false`.
///
/// ```
/// use std::time::Duration;
/// use healthz_core::config::{HealthzConfig, Switch};
///
/// let config: HealthzConfig =
///     toml::from_str("checks.database = { every = '10s', cache = false }")?;
/// let database = &config.checks["database"];
/// assert_eq!(database.every, Some(Switch::On(Duration::from_secs(10))));
/// assert_eq!(database.cache, Some(Switch::Off));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Exhaustive on purpose: there is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// As if nobody had set it, whatever the code says.
    Off,
    /// This long.
    On(Duration),
}

impl Switch {
    /// Returns the duration, if there is one.
    #[must_use]
    pub fn duration(self) -> Option<Duration> {
        match self {
            Self::Off => None,
            Self::On(duration) => Some(duration),
        }
    }
}

impl From<Duration> for Switch {
    fn from(duration: Duration) -> Self {
        Self::On(duration)
    }
}

impl Serialize for Switch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_bool(false),
            Self::On(duration) => duration::write(*duration, serializer),
        }
    }
}
