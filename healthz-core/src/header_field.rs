use crate::wire;

/// A header field of an answer.
///
/// There are few of them and they never change, so an adapter turns [`all`](Self::all) of them into
/// its framework's types once, and picks them by [`index`](Self::index) for every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderField {
    pub(crate) index: usize,
    pub(crate) name: &'static str,
    pub(crate) value: &'static str,
}

impl HeaderField {
    /// Returns every field that an answer can have, each at its index.
    ///
    /// ```
    /// use healthz_core::HeaderField;
    ///
    /// assert!(HeaderField::all().enumerate().all(|(at, field)| field.index() == at));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        wire::FIELDS.iter().copied()
    }

    /// Returns the field's place among [`all`](Self::all).
    #[must_use]
    pub fn index(self) -> usize {
        self.index
    }

    /// Returns the name, in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Returns the value.
    ///
    /// A healthy answer is known by the address of its values: make the framework's value of this text
    /// itself (`HeaderValue::from_static`), not of a copy.
    #[must_use]
    pub fn value(self) -> &'static str {
        self.value
    }
}
