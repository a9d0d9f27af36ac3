//! Plain text, in the lines that Kubernetes' own components write.

use std::fmt::{self, Write};

use crate::{
    format::{
        PLAIN_LIMIT, json,
        shown::{Section, Shown},
    },
    report::{check_report::CheckReport, status::Status},
};

/// How many unknown names are echoed, and how many characters of each.
const ECHOED: usize = 10;
const ECHOED_CHARACTERS: usize = 100;

pub(crate) fn render(shown: &Shown) -> Vec<u8> {
    let mut text = String::new();
    // A `String` takes every character.
    let written = write(&mut text, shown);
    debug_assert!(written.is_ok(), "{written:?}");
    text.into()
}

fn write(out: &mut String, shown: &Shown) -> fmt::Result {
    for section in &shown.sections {
        for check in section.report.checks() {
            write_check(out, check)?;
        }
        if shown.overview {
            write_end(out, &section.name, section.report.code(), closed(section))?;
        }
    }
    for name in &shown.excluded {
        writeln!(out, "[+]{} excluded: ok", OneLine(name))?;
    }
    for name in shown.unknown.iter().take(ECHOED) {
        let end = name.char_indices().nth(ECHOED_CHARACTERS).map_or(name.len(), |(end, _)| end);
        writeln!(out, "[?]{} not excluded: there is no such check", OneLine(&name[..end]))?;
    }
    if shown.omitted > 0 {
        writeln!(out, "... and {} more", shown.omitted)?;
    }
    let why = match &shown.sections[..] {
        [one] if !shown.overview => closed(one),
        _ => None,
    };
    write_end(out, &shown.name, shown.code, why)
}

fn write_check(out: &mut String, check: &CheckReport) -> fmt::Result {
    let name = OneLine(check.name());
    let text = json::cut(check.text().unwrap_or_default(), PLAIN_LIMIT);
    match check.status() {
        Status::Pass => writeln!(out, "[+]{name} ok"),
        Status::Warn => writeln!(out, "[~]{name} warning: {}", OneLine(&text)),
        Status::Fail => writeln!(out, "[-]{name} failed: {}", OneLine(&text)),
    }
}

/// What the lifecycle says, if it alone decided.
fn closed(section: &Section) -> Option<&str> {
    section.report.has_own_title().then(|| section.report.title())
}

fn write_end(out: &mut String, name: &str, code: u16, why: Option<&str>) -> fmt::Result {
    let name = json::cut(name, PLAIN_LIMIT);
    let end = if code == 200 { "passed" } else { "failed" };
    write!(out, "{} check {end}", OneLine(&name))?;
    match why {
        Some(why) => writeln!(out, ": {}", OneLine(why)),
        None => writeln!(out),
    }
}

/// A text that neither ends its line nor moves the cursor of who reads it.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            // Line and paragraph separators end a line for some readers.
            if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                f.write_char(character)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        format::samples::{check, one, overview, ready, section, three},
        plan::endpoint_kind::EndpointKind,
        report::{Report, STARTING},
    };

    fn text(shown: &Shown) -> String {
        String::from_utf8(render(shown)).unwrap()
    }

    #[test]
    fn each_check_is_a_line_and_the_last_one_sums_up() {
        let expected = "[-]database failed: Can't reach the database\n\
                        [~]search warning: The search check timed out\n\
                        [+]disk ok\nready check failed\n";
        assert_eq!(text(&one(ready(three()))), expected);
        let passing = one(ready(vec![check("disk", Status::Pass, None)]));
        assert_eq!(text(&passing), "[+]disk ok\nready check passed\n");
    }

    #[test]
    fn what_was_excluded_is_said() {
        let mut shown = one(ready(Vec::new()));
        shown.excluded = vec!["disk".into()];
        shown.unknown = vec!["dsik".into()];
        let expected = "[+]disk excluded: ok\n[?]dsik not excluded: there is no such check\n\
                        ready check passed\n";
        assert_eq!(text(&shown), expected);
    }

    #[test]
    fn the_lifecycle_says_its_word() {
        let starting = section("ready", EndpointKind::Readiness, Report::closed(STARTING));
        assert_eq!(text(&one(starting.clone())), "ready check failed: Starting\n");
        let expected = "ready check failed: Starting\nhealthz check failed\n";
        assert_eq!(text(&overview(vec![starting])), expected);
    }

    #[test]
    fn no_text_and_no_name_makes_a_line_of_its_own() {
        let hostile = "a\nb\r\u{1b}[31m\u{85}\u{2028}\u{7f}c";
        let mut shown = one(ready(vec![check(hostile, Status::Fail, Some(hostile))]));
        (shown.name, shown.unknown) = (hostile.into(), vec![hostile.into()]);
        let text = text(&shown);
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
        assert!(!text.contains('\u{2028}'));
    }
}
