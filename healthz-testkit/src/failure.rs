use std::{error::Error, fmt, io};

/// Why there is no whole response.
#[derive(Debug)]
pub struct Failure {
    begun: bool,
    error: io::Error,
}

impl Failure {
    pub(crate) fn new(begun: bool, error: io::Error) -> Self {
        Self { begun, error }
    }

    pub(crate) fn invalid(what: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { begun: true, error: io::Error::new(io::ErrorKind::InvalidData, what) }
    }

    /// Tells whether a part of the response came.
    ///
    /// When nothing came on a connection that had been kept, a client may ask again on a fresh one.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.begun
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = if self.begun { "the response broke off" } else { "there is no response" };
        write!(f, "{when}: {}", self.error)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(false, error)
    }
}

impl From<Failure> for io::Error {
    fn from(failure: Failure) -> Self {
        Self::new(failure.error.kind(), failure)
    }
}
