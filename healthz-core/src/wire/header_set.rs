use crate::wire::seal::{self, NO_SNIFF, NO_STORE};

/// The header fields of an answer.
///
/// There are few sets of them and they never change, so an adapter turns [`all`](Self::all) of them
/// into its framework's types once, and picks one by its [`index`](Self::index) for every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderSet {
    content: ContentType,
    healthy: bool,
    allow: bool,
}

/// What the body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentType {
    Problem,
}

/// The most fields that a set has.
const MOST: usize = 4;

impl ContentType {
    const ALL: [Self; 1] = [Self::Problem];

    const fn value(self) -> &'static str {
        match self {
            Self::Problem => "application/problem+json",
        }
    }
}

/// The fields by content type, of an unhealthy and of a healthy answer. Those of a healthy one carry
/// the seal that access logs look for.
static FIELDS: [[[(&str, &str); MOST]; 2]; ContentType::ALL.len()] = {
    let mut fields = [[[("", ""); MOST]; 2]; ContentType::ALL.len()];
    let mut i = 0;
    while i < ContentType::ALL.len() {
        let value = ContentType::ALL[i].value();
        fields[i] = [
            of(value, NO_STORE, NO_SNIFF),
            of(seal::sealed(value), seal::sealed(NO_STORE), seal::sealed(NO_SNIFF)),
        ];
        i += 1;
    }
    fields
};

const fn of(
    content_type: &'static str,
    cache: &'static str,
    sniff: &'static str,
) -> [(&'static str, &'static str); MOST] {
    [
        ("content-type", content_type),
        ("cache-control", cache),
        ("x-content-type-options", sniff),
        // The last, so that a set without it is a shorter slice.
        ("allow", "GET, HEAD, OPTIONS"),
    ]
}

impl HeaderSet {
    pub(crate) const fn new(content: ContentType, healthy: bool) -> Self {
        Self { content, healthy, allow: false }
    }

    /// The same with `Allow`.
    pub(crate) const fn with_allow(self) -> Self {
        Self { allow: true, ..self }
    }

    pub(crate) const fn is_healthy(self) -> bool {
        self.healthy
    }

    /// Returns every set that an answer can have, each at its index.
    ///
    /// ```
    /// use healthz_core::adapter::HeaderSet;
    ///
    /// assert!(HeaderSet::all().enumerate().all(|(at, set)| set.index() == at));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        ContentType::ALL.into_iter().flat_map(|content| {
            [(false, false), (false, true), (true, false), (true, true)]
                .map(|(healthy, allow)| Self { content, healthy, allow })
        })
    }

    /// Returns the set's place among [`all`](Self::all).
    #[must_use]
    pub fn index(self) -> usize {
        4 * self.content as usize + 2 * usize::from(self.healthy) + usize::from(self.allow)
    }

    /// Returns the names, in lower case, and the values. `Content-Length` is left to the server.
    ///
    /// A healthy answer is known by the address of its values: make the framework's value of the text
    /// itself (`HeaderValue::from_static`), not of a copy.
    #[must_use]
    pub fn fields(self) -> &'static [(&'static str, &'static str)] {
        let fields = &FIELDS[self.content as usize][usize::from(self.healthy)];
        &fields[..MOST - usize::from(!self.allow)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::seal::is_sealed;

    fn pairs() -> impl Iterator<Item = (HeaderSet, HeaderSet)> {
        let healthy = HeaderSet::all().filter(|set| set.healthy);
        healthy.map(|set| (HeaderSet { healthy: false, ..set }, set))
    }

    #[test]
    fn sealed_fields_read_like_any_others() {
        for (plain, sealed) in pairs() {
            assert_eq!(plain.fields(), sealed.fields());
        }
    }

    #[test]
    fn three_fields_of_a_healthy_answer_are_sealed_and_none_of_another() {
        let count = |set: HeaderSet| {
            let values = set.fields().iter().map(|(_, value)| value.as_bytes());
            values.filter(|value| is_sealed(value)).count()
        };
        for (plain, sealed) in pairs() {
            assert_eq!((count(plain), count(sealed)), (0, 3), "{sealed:?}");
        }
    }
}
