use std::fmt;

/// What an adapter hands over: the method, the tail of the path, the query and a way to look up
/// header fields, as they came.
///
/// ```
/// use healthz_core::{Registry, adapter::Request};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::builder().readiness("ready", []).build()?;
/// let header = |name: &str| (name == "accept").then_some(&b"text/plain"[..]);
/// let request = Request::new("GET", "ready").path("/healthz/ready").headers(&header);
/// assert_eq!(registry.respond(request).await.body(), "ready check passed\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) tail: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) header: &'a dyn Fn(&str) -> Option<&'a [u8]>,
}

impl<'a> Request<'a> {
    /// Creates a request without a query and without header fields.
    ///
    /// `method` is the HTTP method as sent; `tail` is what follows `{prefix}/` in the path, still
    /// percent-encoded and without the query (`live` for `GET /healthz/live?x=1`), and empty for
    /// the prefix itself.
    #[must_use]
    pub fn new(method: &'a str, tail: &'a str) -> Self {
        Self { method, tail, path: "", query: "", header: &|_| None }
    }

    /// Sets the path, as sent: the links of the page are relative to it, and nothing else depends
    /// on it. Default: not known, and taken for the prefix or what is below it, without a slash at
    /// its end.
    #[must_use]
    pub fn path(self, path: &'a str) -> Self {
        Self { path, ..self }
    }

    /// Tells whether the answer goes without its body, see [`Answer`](crate::adapter::Answer).
    #[must_use]
    pub fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// Sets the query, as sent and without its `?`. Default: none.
    #[must_use]
    pub fn query(self, query: Option<&'a str>) -> Self {
        Self { query: query.unwrap_or_default(), ..self }
    }

    /// Sets the look-up of header fields: for a name in lower case, the value of the first field of
    /// that name. Default: there are none.
    ///
    /// ```
    /// use healthz_core::adapter::Request;
    ///
    /// let accept = |name: &str| (name == "accept").then_some(&b"text/plain"[..]);
    /// let request = Request::new("GET", "ready").query(Some("verbose")).headers(&accept);
    /// assert!(format!("{request:?}").contains("verbose"));
    /// ```
    #[must_use]
    pub fn headers(self, header: &'a dyn Fn(&str) -> Option<&'a [u8]>) -> Self {
        Self { header, ..self }
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("tail", &self.tail)
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}
