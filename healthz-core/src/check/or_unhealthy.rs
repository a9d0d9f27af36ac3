use std::{borrow::Cow, error::Error};

use crate::check::health_error::HealthError;

/// Gives a failed `Result` or an empty `Option` a public text.
pub trait OrUnhealthy<T> {
    /// Turns the failure into a [`HealthError`] with this public text; the error that was there
    /// becomes its cause, for the log.
    ///
    /// # Errors
    /// Exactly when `self` is an `Err` or `None`.
    ///
    /// ```
    /// use healthz_core::OrUnhealthy;
    ///
    /// let error = "x".parse::<u8>().or_unhealthy("The setting is not a number").unwrap_err();
    /// assert_eq!(error.public_text(), Some("The setting is not a number"));
    /// assert!(None::<u8>.or_unhealthy("Nobody is there").is_err());
    /// ```
    fn or_unhealthy(self, public_text: impl Into<Cow<'static, str>>) -> Result<T, HealthError>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> OrUnhealthy<T> for Result<T, E> {
    fn or_unhealthy(self, public_text: impl Into<Cow<'static, str>>) -> Result<T, HealthError> {
        self.map_err(|cause| HealthError::new(public_text).caused_by(cause))
    }
}

impl<T> OrUnhealthy<T> for Option<T> {
    fn or_unhealthy(self, public_text: impl Into<Cow<'static, str>>) -> Result<T, HealthError> {
        self.ok_or_else(|| HealthError::new(public_text))
    }
}
