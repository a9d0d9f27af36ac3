use bytes::Bytes;

use crate::{HeaderSet, wire};

/// What an adapter copies into its framework's response.
///
/// The body is the one of GET. To a HEAD request a server sends its length and not the bytes; the
/// servers of all three frameworks do so by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderSet,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The answer of an endpoint that is well.
    pub(crate) const OK: Self = Self {
        status: 200,
        headers: wire::headers(true, false),
        body: Bytes::from_static(br#"{"status": 200, "title": "OK"}"#),
    };

    pub(crate) fn problem(status: u16, title: &str, limit: usize) -> Self {
        Self {
            status,
            headers: wire::headers(status == 200, false),
            body: wire::problem(status, title, limit),
        }
    }

    pub(crate) fn with_allow(self) -> Self {
        Self { headers: wire::headers(self.is_healthy(), true), ..self }
    }

    /// Returns the HTTP status code: 200, 404, 405 or 503.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the header fields. `Content-Length` is left to the server.
    #[must_use]
    pub fn headers(&self) -> HeaderSet {
        self.headers
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Takes the body out.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// Tells whether the answer is a healthy endpoint's, the only kind an access log may leave out.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.status == 200
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prepared_answer_is_what_would_be_rendered() {
        assert_eq!(Answer::OK, Answer::problem(200, "OK", wire::PLAIN_LIMIT));
    }
}
