use std::fmt;

/// A setting that a mistake is about; its `Display` is in the words of whoever set it.
///
/// ```
/// use std::time::Duration;
/// use healthz_core::{CheckExt, Registry, RegistryError, check_fn};
///
/// let database = check_fn(|| async { Ok(()) }).every(Duration::ZERO);
/// let error = Registry::builder().check("database", database).build().unwrap_err();
/// let RegistryError::ZeroDuration { setting, .. } = error else { panic!("{error}") };
/// assert_eq!(setting.path(), "checks.database.every");
/// assert_eq!(setting.to_string(), "`every` of check `database`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    path: String,
    origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    Code,
    Configuration,
    Variable(String),
}

impl Setting {
    /// One of the registry as a whole, from the code.
    pub(crate) fn of_registry(key: &str) -> Self {
        Self { path: key.into(), origin: Origin::Code }
    }

    /// One of a check, from the code.
    pub(crate) fn of_check(check: &str, key: &str) -> Self {
        Self { path: format!("checks.{check}.{key}"), origin: Origin::Code }
    }

    /// One of an endpoint, from the code.
    pub(crate) fn of_endpoint(endpoint: &str, key: &str) -> Self {
        Self { path: format!("endpoints.{endpoint}.{key}"), origin: Origin::Code }
    }

    /// One that stands in a configuration.
    pub(crate) fn configured(path: String) -> Self {
        Self { path, origin: Origin::Configuration }
    }

    /// Returns its path in a configuration, the parts joined with `.`, wherever it was set.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the environment variable that set it, if it is known to be one.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        if let Origin::Variable(variable) = &self.origin { Some(variable) } else { None }
    }

    /// Returns the last part of the path.
    pub(crate) fn key(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// Whose setting it is, if the code set it, or else where it stands.
    pub(super) fn owner(&self) -> String {
        let endpoint = self.path.strip_prefix("endpoints.").and_then(|rest| rest.rsplit_once('.'));
        match endpoint {
            Some((endpoint, _)) if !self.is_configured() => format!("endpoint `{endpoint}`"),
            _ => self.to_string(),
        }
    }

    pub(crate) fn is_configured(&self) -> bool {
        self.origin != Origin::Code
    }

    /// Says that the configuration set it, and by which variable if there is one.
    pub(crate) fn set_by(&mut self, variable: Option<String>) {
        self.origin = variable.map_or(Origin::Configuration, Origin::Variable);
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.origin {
            Origin::Configuration => write!(f, "`{path}` in the configuration"),
            Origin::Variable(name) => {
                write!(f, "`{path}` in the configuration (variable `{name}`)")
            }
            Origin::Code => match path.rsplit_once('.') {
                None => write!(f, "`{path}` of the registry"),
                Some((owner, key)) => match owner.split_once('.') {
                    Some(("checks", check)) => write!(f, "`{key}` of check `{check}`"),
                    Some((_, endpoint)) => write!(f, "`{key}` of endpoint `{endpoint}`"),
                    None => write!(f, "`{path}`"),
                },
            },
        }
    }
}
