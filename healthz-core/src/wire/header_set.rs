use crate::{
    format::view::View,
    wire::seal::{self, NO_SNIFF, NO_STORE},
};

/// The header fields of an answer.
///
/// There are few sets of them and they never change, so an adapter turns [`all`](Self::all) of them
/// into its framework's types once, and picks one by its [`index`](Self::index) for every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderSet {
    view: View,
    healthy: bool,
    allow: bool,
}

/// The most fields that a set has.
const MOST: usize = 5;

/// What a browser may do with the page: show it, run the script in it and ask again where it came from.
/// `hashes_are_those_of_the_page` computes the hashes.
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

/// The fields by view, of an unhealthy and of a healthy answer. Those of a healthy one carry the seal
/// that access logs look for.
static FIELDS: [[[(&str, &str); MOST]; 2]; View::ALL.len()] = {
    let mut fields = [[[("", ""); MOST]; 2]; View::ALL.len()];
    let mut i = 0;
    while i < View::ALL.len() {
        let (view, media_type) = (View::ALL[i], media_type(View::ALL[i]));
        fields[i] = [
            of(view, media_type, NO_STORE, NO_SNIFF),
            of(view, seal::sealed(media_type), seal::sealed(NO_STORE), seal::sealed(NO_SNIFF)),
        ];
        i += 1;
    }
    fields
};

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
    pub(crate) const fn new(view: View, healthy: bool) -> Self {
        Self { view, healthy, allow: false }
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
        View::ALL.into_iter().flat_map(|view| {
            [(false, false), (false, true), (true, false), (true, true)]
                .map(|(healthy, allow)| Self { view, healthy, allow })
        })
    }

    /// Returns the set's place among [`all`](Self::all).
    #[must_use]
    pub fn index(self) -> usize {
        4 * self.view as usize + 2 * usize::from(self.healthy) + usize::from(self.allow)
    }

    /// Returns the names, in lower case, and the values. `Content-Length` is left to the server.
    ///
    /// A healthy answer is known by the address of its values: make the framework's value of the text
    /// itself (`HeaderValue::from_static`), not of a copy.
    #[must_use]
    pub fn fields(self) -> &'static [(&'static str, &'static str)] {
        let fields = &FIELDS[self.view as usize][usize::from(self.healthy)];
        &fields[..3 + usize::from(has_policy(self.view)) + usize::from(self.allow)]
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
