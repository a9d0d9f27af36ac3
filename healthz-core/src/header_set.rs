use crate::wire;

/// The header fields of an answer.
///
/// There are few sets of them and they never change, so an adapter turns [`all`](Self::all) of them
/// into its framework's types once, and picks one by its [`index`](Self::index) for every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderSet {
    pub(crate) index: usize,
    pub(crate) fields: &'static [(&'static str, &'static str)],
}

impl HeaderSet {
    /// Returns every set that an answer can have, each at its index.
    ///
    /// ```
    /// use healthz_core::HeaderSet;
    ///
    /// assert!(HeaderSet::all().enumerate().all(|(at, set)| set.index() == at));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        wire::HEADERS.iter().copied()
    }

    /// Returns the set's place among [`all`](Self::all).
    #[must_use]
    pub fn index(self) -> usize {
        self.index
    }

    /// Returns the names, in lower case, and the values. `Content-Length` is left to the server.
    ///
    /// A healthy answer is known by the address of its values: make the framework's value of the text
    /// itself (`HeaderValue::from_static`), not of a copy.
    #[must_use]
    pub fn fields(self) -> &'static [(&'static str, &'static str)] {
        self.fields
    }
}
