//! What a reader asks for beside the path: `Accept`, `?format=`, `?verbose`, `?exclude=`.

use std::{borrow::Cow, collections::BTreeSet};

use percent_encoding::percent_decode;

use crate::{
    format::view::View,
    wire::{accept::negotiate, request::Request},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) view: View,
    pub(crate) verbose: bool,
    pub(crate) excluded: BTreeSet<String>,
}

/// The names of the views in `?format=`.
const FORMATS: [(&str, View); 9] = [
    ("problem", View::Problem),
    ("json", View::Problem),
    ("text", View::Text),
    ("health", View::HealthJson),
    ("openmetrics", View::OpenMetrics),
    ("spring", View::Spring),
    ("aspnet", View::AspNet),
    ("page", View::Page),
    ("html", View::Page),
];

impl Asked {
    /// What this request asks for; `None` if it is what a plain probe gets.
    #[inline]
    pub(crate) fn of(request: &Request<'_>) -> Option<Box<Self>> {
        match (request.header)("accept") {
            None | Some(b"*/*") if request.query.is_empty() => None,
            accept => Self::read(accept, request.query),
        }
    }

    /// What a plain probe asks for.
    pub(crate) fn plain() -> Self {
        Self { view: View::Problem, verbose: false, excluded: BTreeSet::new() }
    }

    /// Whether it is time series that are asked for.
    pub(crate) fn is_metrics(&self) -> bool {
        self.view == View::OpenMetrics
    }

    #[cold]
    fn read(accept: Option<&[u8]>, query: &str) -> Option<Box<Self>> {
        let mut asked = Self::plain();
        let mut format = None;
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match &*decoded(key) {
                "verbose" => asked.verbose = true,
                "exclude" => _ = asked.excluded.insert(decoded(value).into_owned()),
                "format" => _ = format.get_or_insert_with(|| decoded(value)),
                _ => {}
            }
        }
        asked.view = match format {
            Some(format) => {
                let known = FORMATS.iter().find(|(name, _)| *name == format);
                known.map_or(View::Problem, |(_, view)| *view)
            }
            None => accept.map_or(View::Problem, negotiate),
        };
        (asked != Self::plain()).then(|| Box::new(asked))
    }
}

/// A query is a form: a plus is a space.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, accept: Option<&[u8]>) -> Option<Box<Asked>> {
        let header = |name: &str| accept.filter(|_| name == "accept");
        Asked::of(&Request::new("GET", "ready").query(Some(query)).headers(&header))
    }

    fn asked(query: &str, accept: Option<&[u8]>) -> Asked {
        *read(query, accept).unwrap_or_else(|| Box::new(Asked::plain()))
    }

    #[test]
    fn a_plain_probe_asks_for_nothing() {
        for query in ["", "x=1", "?", "&&&", "Verbose", "format", "format=&x", "format=nonsense"] {
            for accept in [None, Some(&b"*/*"[..]), Some(b"application/json"), Some(b"\xff")] {
                assert_eq!(read(query, accept), None, "{query} {accept:?}");
            }
        }
    }

    #[test]
    fn the_format_goes_before_accept() {
        assert_eq!(asked("format=text", Some(b"text/html")).view, View::Text);
        assert_eq!(asked("format=unknown", Some(b"text/html")).view, View::Problem);
        assert_eq!(asked("format=text&format=page", None).view, View::Text);
        assert_eq!(asked("x", Some(b"text/html")).view, View::Page);
        for (name, view) in FORMATS {
            assert_eq!(asked(&format!("verbose&format={name}"), None).view, view, "{name}");
        }
    }

    #[test]
    fn verbose_is_a_word_whatever_its_value() {
        for query in ["verbose", "verbose=", "verbose=1", "x&verbose", "verbos%65"] {
            assert!(asked(query, None).verbose, "{query}");
        }
    }

    #[test]
    fn exclude_is_repeated_and_decoded_as_a_form_is() {
        let names = ["a b", "a+b", "caf\u{e9}", "database", "\u{fffd}"];
        let query = "exclude=database&exclude=a+b&exclude=a%2Bb&exclude=caf%C3%A9&exclude=%FF";
        assert!(asked(query, None).excluded.iter().eq(names.iter()));
    }
}
