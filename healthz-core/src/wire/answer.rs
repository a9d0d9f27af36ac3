use bytes::Bytes;

use crate::{
    format::{PLAIN_LIMIT, problem, view::View},
    report::Report,
    wire::{header_set::HeaderSet, seal::Seal},
};

/// What an adapter copies into its framework's response.
///
/// The body is the one of GET. To a HEAD request a server sends its length and not the bytes: hyper
/// takes the body away over HTTP/1 only, so an adapter leaves it out by itself and says its length.
///
/// ```
/// use healthz_core::{Registry, adapter::Request};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::builder().readiness("ready", []).build()?;
/// let answer = registry.respond(Request::new("GET", "ready")).await;
/// assert_eq!((answer.code(), answer.is_healthy()), (200, true));
/// assert_eq!(answer.headers().fields()[0], ("content-type", "application/problem+json"));
/// assert_eq!(answer.body(), r#"{"status": 200, "title": "OK"}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    code: u16,
    headers: HeaderSet,
    body: Bytes,
}

impl Answer {
    /// The answer of an endpoint whose checks all pass.
    pub(crate) const OK: Self = Self {
        code: 200,
        headers: HeaderSet::new(View::Problem, Some(Seal::Healthy)),
        body: Bytes::from_static(br#"{"status": 200, "title": "OK"}"#),
    };

    /// The default view of a report.
    pub(crate) fn of(report: &Report) -> Self {
        if report.code() == 200 {
            return Self::OK;
        }
        Self::view(View::Problem, report.code(), report.is_closed(), problem::report(report))
    }

    /// Returns the length in bytes of a healthy endpoint's body in the default format, so that an
    /// adapter can prepare the `Content-Length` that most answers have.
    ///
    /// ```
    /// assert_eq!(healthz_core::adapter::Answer::usual_length(), 30);
    /// ```
    #[must_use]
    pub fn usual_length() -> usize {
        Self::OK.body.len()
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::refusal(405, "Method Not Allowed").with_allow()
    }

    /// An answer that no endpoint gave.
    pub(crate) fn refusal(code: u16, title: &str) -> Self {
        let body = problem::problem(code, title, PLAIN_LIMIT);
        Self { code, headers: HeaderSet::new(View::Problem, None), body }
    }

    /// What a reader asked for; healthy if the status is 200, `closed` if the lifecycle alone
    /// decided.
    pub(crate) fn view(view: View, code: u16, closed: bool, body: Bytes) -> Self {
        let seal = Seal::of(code).filter(|seal| closed || *seal == Seal::Healthy);
        Self { code, headers: HeaderSet::new(view, seal), body }
    }

    /// Time series: 200 whatever they say, and no healthy probe's answer.
    pub(crate) fn metrics(text: String) -> Self {
        let headers = HeaderSet::new(View::OpenMetrics, None);
        Self { code: 200, headers, body: text.into() }
    }

    pub(crate) fn with_allow(self) -> Self {
        Self { headers: self.headers.with_allow(), ..self }
    }

    /// Returns the HTTP status code: 200, 404, 405 or 503.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
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

    /// Tells whether the answer is a healthy endpoint's.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.headers.is_healthy()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::OK;

    #[test]
    fn the_prepared_answer_is_what_would_be_rendered() {
        assert_eq!(Answer::OK.body, problem::problem(200, OK, PLAIN_LIMIT));
    }
}
