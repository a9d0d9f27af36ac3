use std::{error::Error, fmt, io, time::Duration};

/// Why a probe has no answer.
///
/// ```
/// use healthz_probe::Probe;
///
/// let error = Probe::new("https://127.0.0.1:8443").run().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`https://127.0.0.1:8443` asks for TLS, which the probe does not speak: use a port with plain \
///      `http://`"
/// );
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ProbeError {
    /// The address or the path makes no sense: what was given, without user name and query, and
    /// what is wrong with it.
    Address(String, &'static str),
    /// The host is not this machine, and [`anywhere`](crate::Probe::anywhere) was not allowed.
    NotLocal(String),
    /// Nobody accepts the connection there.
    Connect(String, io::Error),
    /// The connection broke before the whole answer was there.
    BrokeOff(io::Error),
    /// The whole exchange took longer than this.
    TimedOut(Duration),
    /// The answer is not HTTP/1.
    NotHttp,
    /// The header of the answer is longer than 8 KiB.
    TooLong,
}

impl ProbeError {
    /// Whatever step it was that found the time over.
    pub(crate) fn timed_out_after(self, timeout: Duration) -> Self {
        match self {
            Self::Connect(_, error) | Self::BrokeOff(error)
                if error.kind() == io::ErrorKind::TimedOut =>
            {
                Self::TimedOut(timeout)
            }
            other => other,
        }
    }
}

impl fmt::Display for ProbeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(given, problem) => write!(f, "`{given}` {problem}"),
            Self::NotLocal(host) => write!(
                f,
                "`{host}` is not this machine: use `127.0.0.1`, `[::1]`, `localhost` or a Unix socket, \
                 or allow it with `--anywhere` (`Probe::anywhere`)"
            ),
            Self::Connect(place, error) => write!(f, "can't connect to {place}: {error}"),
            Self::BrokeOff(error) => write!(f, "the connection broke before the answer: {error}"),
            Self::TimedOut(timeout) => write!(f, "no answer within {timeout:?}"),
            Self::NotHttp => f.write_str("what answers does not speak HTTP/1"),
            Self::TooLong => f.write_str("the header of the answer is longer than 8 KiB"),
        }
    }
}

impl Error for ProbeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connect(_, error) | Self::BrokeOff(error) => Some(error),
            _ => None,
        }
    }
}
