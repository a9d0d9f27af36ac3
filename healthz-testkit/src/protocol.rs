#[cfg(feature = "tls")]
use crate::Tls;

/// What a [`Connection`](crate::Connection) speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP/1.1, byte by byte as the test says.
    #[default]
    Http1,
    /// HTTP/2 without TLS and without asking before: `h2c` with prior knowledge.
    Http2,
    /// HTTP/2 over TLS, agreed on by ALPN.
    #[cfg(feature = "tls")]
    Tls(Tls),
}
