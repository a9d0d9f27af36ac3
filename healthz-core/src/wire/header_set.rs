use crate::{
    format::view::View,
    wire::seal::{NO_SNIFF, NO_STORE, Seal},
};

/// The header fields of an answer.
///
/// There are few sets of them and they never change, so an adapter turns [`all`](Self::all) of them
/// into its framework's types once, and picks one by its [`index`](Self::index) for every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderSet {
    view: View,
    seal: Option<Seal>,
    allow: bool,
}

/// What an answer's fields can be marked with.
const SEALS: [Option<Seal>; 3] = [None, Some(Seal::Healthy), Some(Seal::Closed)];

/// The most fields that a set has.
const MOST: usize = 5;

/// What a browser may do with the page: show it, run the script in it and ask again where it came
/// from. `hashes_are_those_of_the_page` computes the hashes.
const PAGE_POLICY: &str = "default-src 'none'; \
    style-src 'sha256-YfJc1hFelBCGJO6s0UhVz9EhXzZVF02o45MwkobFhcc='; \
    script-src 'sha256-55a/6m4rhtno3uh5YyOlp9IvfhHxFOA6mvq42MijZ9I='; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const fn media_type(view: View) -> &'static str {
    match view {
        View::Problem => "application/problem+json",
        View::Text => "text/plain; charset=utf-8",
        View::HealthJson => "application/health+json",
        View::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        View::Spring => "application/vnd.spring-boot.actuator.v3+json",
        View::AspNet => "application/json",
        View::Page => "text/html; charset=utf-8",
    }
}

/// The fields by view and by seal, in the order of [`SEALS`].
static FIELDS: [[[(&str, &str); MOST]; SEALS.len()]; View::ALL.len()] = {
    let mut fields = [[[("", ""); MOST]; SEALS.len()]; View::ALL.len()];
    let mut i = 0;
    while i < View::ALL.len() {
        let view = View::ALL[i];
        fields[i] = [
            of(view, media_type(view), NO_STORE, NO_SNIFF),
            marked(view, Seal::Healthy),
            marked(view, Seal::Closed),
        ];
        i += 1;
    }
    fields
};

const fn marked(view: View, seal: Seal) -> [(&'static str, &'static str); MOST] {
    of(view, seal.mark(media_type(view)), seal.mark(NO_STORE), seal.mark(NO_SNIFF))
}

const fn of(
    view: View,
    media_type: &'static str,
    cache: &'static str,
    sniff: &'static str,
) -> [(&'static str, &'static str); MOST] {
    let allow = ("allow", "GET, HEAD, OPTIONS");
    let mut fields = [
        ("content-type", media_type),
        ("cache-control", cache),
        ("x-content-type-options", sniff),
        // The last, so that a set without it is a shorter slice.
        allow,
        allow,
    ];
    if has_policy(view) {
        fields[3] = ("content-security-policy", PAGE_POLICY);
    }
    fields
}

/// Whether the view has a field of its own.
const fn has_policy(view: View) -> bool {
    matches!(view, View::Page)
}

impl HeaderSet {
    pub(crate) const fn new(view: View, seal: Option<Seal>) -> Self {
        Self { view, seal, allow: false }
    }

    /// The same with `Allow`.
    pub(crate) const fn with_allow(self) -> Self {
        Self { allow: true, ..self }
    }

    pub(crate) fn is_healthy(self) -> bool {
        self.seal == Some(Seal::Healthy)
    }

    /// Returns every set that an answer can have, each at its index.
    ///
    /// ```
    /// use healthz_core::adapter::HeaderSet;
    ///
    /// assert!(HeaderSet::all().enumerate().all(|(at, set)| set.index() == at));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        View::ALL.into_iter().flat_map(|view| {
            SEALS
                .into_iter()
                .flat_map(move |seal| [false, true].map(|allow| Self { view, seal, allow }))
        })
    }

    /// Returns the set's place among [`all`](Self::all).
    #[must_use]
    pub fn index(self) -> usize {
        2 * (SEALS.len() * self.view as usize + self.place()) + usize::from(self.allow)
    }

    /// The place of its seal in [`SEALS`].
    fn place(self) -> usize {
        self.seal.map_or(0, |seal| 1 + seal as usize)
    }

    /// Returns the names, in lower case, and the values. `Content-Length` is left to the server.
    ///
    /// An answer that access logs leave out is known by the address of its values: make the
    /// framework's value of the text itself (`HeaderValue::from_static`), not of a copy.
    #[must_use]
    pub fn fields(self) -> &'static [(&'static str, &'static str)] {
        let fields = &FIELDS[self.view as usize][self.place()];
        &fields[..3 + usize::from(has_policy(self.view)) + usize::from(self.allow)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked() -> impl Iterator<Item = (HeaderSet, HeaderSet)> {
        let marked = HeaderSet::all().filter(|set| set.seal.is_some());
        marked.map(|set| (HeaderSet { seal: None, ..set }, set))
    }

    #[test]
    fn marked_fields_read_like_any_others() {
        for (plain, marked) in marked() {
            assert_eq!(plain.fields(), marked.fields());
        }
    }

    #[test]
    fn three_fields_carry_the_seal_of_their_answer_and_none_another() {
        let count = |set: HeaderSet, seal: Seal| {
            let values = set.fields().iter().map(|(_, value)| value.as_bytes());
            values.filter(|value| seal.is_on(value)).count()
        };
        for (plain, marked) in marked() {
            for seal in [Seal::Healthy, Seal::Closed] {
                let expected = if marked.seal == Some(seal) { 3 } else { 0 };
                assert_eq!((count(plain, seal), count(marked, seal)), (0, expected), "{marked:?}");
            }
        }
    }

    #[cfg(feature = "page")]
    #[test]
    fn hashes_are_those_of_the_page() {
        use base64::{Engine, prelude::BASE64_STANDARD};
        use sha2::{Digest, Sha256};

        use crate::format::page::{SCRIPT, STYLE};

        for (kind, text) in [("style", STYLE), ("script", SCRIPT)] {
            let hash = BASE64_STANDARD.encode(Sha256::digest(text));
            let source = format!("{kind}-src 'sha256-{hash}'");
            assert!(PAGE_POLICY.contains(&source), "{source}");
        }
    }
}
