//! Which view an `Accept` header asks for.

use crate::format::view::View;

/// The media types by which a view is asked for; of a range, the first that it covers.
const MEDIA_TYPES: [(&str, &str, View); 9] = [
    ("application", "problem+json", View::Problem),
    ("application", "json", View::Problem),
    ("text", "plain", View::Text),
    ("text", "html", View::Page),
    ("application", "health+json", View::HealthJson),
    ("application", "openmetrics-text", View::OpenMetrics),
    ("application", "vnd.spring-boot.actuator.v3+json", View::Spring),
    ("application", "vnd.spring-boot.actuator.v2+json", View::Spring),
    ("application", "xhtml+xml", View::Page),
];

/// How a media type stands in a header: by its most specific range, whose quality and place count.
#[derive(Debug, Clone, Copy)]
struct Match {
    specificity: u8,
    quality: u16,
    place: usize,
}

/// The view of the highest quality, of several the one that is named first.
///
/// Whoever takes anything (`*/*`) at the highest quality gets the default, wherever in the list it
/// stands: that is no wish. So does whoever asks for nothing that there is, or in no known way.
pub(crate) fn negotiate(accept: &[u8]) -> View {
    let accept = str::from_utf8(accept).unwrap_or_default();
    let mut matches: [Option<Match>; MEDIA_TYPES.len()] = [None; MEDIA_TYPES.len()];
    let mut anything = 0;
    for (place, range) in accept.split(',').enumerate() {
        let Some((kind, subtype, quality)) = parse(range) else { continue };
        if kind == "*" {
            anything = anything.max(quality);
        }
        for ((known_kind, known_subtype, _), known) in MEDIA_TYPES.iter().zip(&mut matches) {
            let specificity = match (kind, subtype) {
                ("*", "*") => 0,
                (kind, "*") if kind.eq_ignore_ascii_case(known_kind) => 1,
                (kind, subtype)
                    if kind.eq_ignore_ascii_case(known_kind)
                        && subtype.eq_ignore_ascii_case(known_subtype) =>
                {
                    2
                }
                _ => continue,
            };
            if known.is_none_or(|known| specificity > known.specificity) {
                *known = Some(Match { specificity, quality, place });
            }
        }
    }
    let mut best: Option<(Match, View)> = None;
    for ((_, _, view), known) in MEDIA_TYPES.iter().zip(matches) {
        let Some(known) = known.filter(|known| known.quality > 0) else { continue };
        let better = best.is_none_or(|(best, _)| {
            known.quality > best.quality
                || (known.quality == best.quality && known.place < best.place)
        });
        if better {
            best = Some((known, *view));
        }
    }
    match best {
        Some((known, view)) if known.quality > anything => view,
        _ => View::Problem,
    }
}

/// Type, subtype and quality in thousandths; `None` if it is no media range.
fn parse(range: &str) -> Option<(&str, &str, u16)> {
    let mut parts = range.split(';');
    let (kind, subtype) = parts.next()?.trim().split_once('/')?;
    if kind.is_empty() || subtype.is_empty() || (kind == "*" && subtype != "*") {
        return None;
    }
    let mut quality = 1000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name.trim().eq_ignore_ascii_case("q") {
            quality = parse_quality(value.trim())?;
        }
    }
    Some((kind, subtype, quality))
}

/// `0`, `1`, or with up to three digits after the point (RFC 9110, 12.4.2), in thousandths.
fn parse_quality(text: &str) -> Option<u16> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if digits.len() > 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths = digits.bytes().chain(*b"000").take(3);
    let thousandths = thousandths.fold(0, |sum, digit| 10 * sum + u16::from(digit - b'0'));
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_all(view: View, accepts: &[&str]) {
        for accept in accepts {
            assert_eq!(negotiate(accept.as_bytes()), view, "{accept}");
        }
    }

    #[test]
    fn a_named_type_gets_its_view() {
        assert_all(View::Text, &["text/plain", "TEXT/Plain; charset=utf-8", " text/plain ;q=0.1"]);
        assert_all(View::Page, &["text/html", "application/xhtml+xml"]);
        assert_all(View::HealthJson, &["application/health+json"]);
        assert_all(View::OpenMetrics, &["application/openmetrics-text; version=1.0.0"]);
        assert_all(View::Spring, &["application/vnd.spring-boot.actuator.v3+json"]);
        assert_all(View::Problem, &["application/json", "application/problem+json"]);
    }

    #[test]
    fn what_asks_for_nothing_known_gets_the_default() {
        let none = [
            "",
            "foo",
            "*",
            "*/*",
            "/",
            "text/",
            "/plain",
            "*/plain",
            "image/png",
            ",,,;;;===",
            "text/plain;q=2",
            "text/plain;q=1.001",
            "text/plain;q=-1",
            "text/plain;q=",
            "text/plain;q=0.1234",
            "text/plain;q=0",
            "text/plain;q=0.000",
            "text plain",
            "application/*",
        ];
        assert_all(View::Problem, &none);
        assert_eq!(negotiate(b"text/plain\xff"), View::Problem);
    }

    #[test]
    fn the_highest_quality_wins_and_then_the_first() {
        assert_all(View::Page, &["text/plain;q=0.5, text/html;q=0.501", "text/html, text/plain"]);
        assert_all(View::Text, &["text/plain, text/html", "text/*", "text/html;q=0, text/*"]);
        assert_all(View::Problem, &["text/html;q=0.5, */*;q=0.8", "application/json, text/html"]);
    }

    #[test]
    fn two_types_of_the_same_quality_are_taken_in_their_order() {
        let named = [
            ("text/plain", View::Text),
            ("text/html", View::Page),
            ("application/health+json", View::HealthJson),
            ("application/openmetrics-text", View::OpenMetrics),
            ("application/json", View::Problem),
        ];
        for (first, view) in named {
            for (second, _) in named.iter().filter(|(second, _)| *second != first) {
                assert_all(
                    view,
                    &[&format!("{first}, {second}"), &format!("{first};q=1,{second}")],
                );
            }
        }
    }

    #[test]
    fn the_most_specific_range_says_the_quality() {
        assert_all(View::Text, &["text/*;q=0.1, text/plain;q=0.9, application/json;q=0.5"]);
        assert_all(View::Problem, &["text/plain;q=0.1, text/*;q=0.4, application/json;q=0.5"]);
        assert_all(View::Problem, &["text/plain;q=0, text/plain"]);
        assert_all(
            View::Text,
            &["text/plain;q=1.000, text/html;q=0.999", "text/html;q=0, text/plain"],
        );
    }

    #[test]
    fn what_is_no_range_is_left_out() {
        for broken in ["text/", "/plain", "*/plain", "/"] {
            assert_all(View::Page, &[&format!("{broken}, text/html;q=0.1")]);
        }
    }

    #[test]
    fn anything_at_the_highest_quality_is_no_wish() {
        assert_all(View::Problem, &["text/plain, text/*, */*", "text/html, */*"]);
    }

    #[test]
    fn readers_as_they_ask() {
        let firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        let chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,\
                        image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";
        assert_all(View::Page, &[firefox, chromium]);
        let prometheus = "application/openmetrics-text;version=1.0.0,\
                          application/openmetrics-text;version=0.0.1;q=0.75,\
                          text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_all(View::OpenMetrics, &[prometheus]);
        let admin = "application/vnd.spring-boot.actuator.v3+json, \
                     application/vnd.spring-boot.actuator.v2+json, application/json";
        assert_all(View::Spring, &[admin]);
        let consul = "text/plain, text/*, */*";
        assert_all(View::Problem, &[consul, "*/*", "application/json, text/plain, */*"]);
    }
}
