/// What an adapter hands over: the method and the tail of the path, as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) tail: &'a str,
}

impl<'a> Request<'a> {
    /// Creates a request.
    ///
    /// `method` is the HTTP method as sent; `tail` is what follows `{prefix}/` in the path, still
    /// percent-encoded and without the query (`live` for `GET /healthz/live?x=1`), and empty for the
    /// prefix itself.
    #[must_use]
    pub fn new(method: &'a str, tail: &'a str) -> Self {
        Self { method, tail }
    }
}
