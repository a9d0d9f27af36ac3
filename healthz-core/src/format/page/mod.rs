//! The page for the person who was paged: what is red, since when, why.
//!
//! One document without anything from elsewhere, complete without its script, which only asks again
//! where the page came from. Written by hand rather than with a template engine: it has one element
//! in a loop in a loop, and an engine would be a dependency of everybody who depends on this crate.

mod html;
mod strip;

use std::{
    borrow::Cow,
    fmt::{self, Write},
    time::{Duration, SystemTime},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    format::{
        json,
        page::{
            html::Html,
            strip::{SLOTS, strip},
        },
        shown::{Links, Section, Shown},
    },
    lifecycle::Lifecycle,
    plan::endpoint_kind::EndpointKind,
    report::{
        check_report::CheckReport, known::Known, known_check::KnownCheck,
        past_transition::PastTransition, status::Status,
    },
    support::times,
};

pub(crate) const STYLE: &str = include_str!("page.css");
pub(crate) const SCRIPT: &str = include_str!("page.js");

/// How many transitions of a check are written, from the most to the least; the less the page may
/// weigh for its number of checks, the fewer.
const CHANGES: [usize; 4] = [32, 8, 3, 0];

/// How long a text may be beside others.
const TEXT_LIMIT: usize = 300;

/// What a path has to encode in a name (RFC 3986, 3.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn render(shown: &Shown) -> Vec<u8> {
    let checks = shown.sections.iter().map(|section| section.report.checks().len()).sum();
    let mut page = String::new();
    for changes in CHANGES {
        page = String::new();
        // A `String` takes every character.
        let written = Page { shown, changes, many: checks > 1 }.write(&mut page);
        debug_assert!(written.is_ok(), "{written:?}");
        if page.len() <= weight(checks) {
            break;
        }
    }
    page.into()
}

/// 30 KiB for 20 checks, 300 KiB for 500.
fn weight(checks: usize) -> usize {
    30 * 1024 + checks.saturating_sub(20) * 576
}

struct Page<'a> {
    shown: &'a Shown,
    changes: usize,
    many: bool,
}

impl Page<'_> {
    fn write(&self, out: &mut String) -> fmt::Result {
        let shown = self.shown;
        let (word, status) = (self.word(), shown.status());
        let subject = match (&shown.service.id, shown.overview) {
            (Some(service), true) => service.clone(),
            (Some(service), false) => format!("{service} {}", shown.name),
            (None, true) => String::new(),
            (None, false) => shown.name.to_string(),
        };
        let heading = if subject.is_empty() { word.into() } else { format!("{subject}: {word}") };
        let heading = Html(json::cut(&heading, TEXT_LIMIT));
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n<title>{} {heading}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<header>\n\
             <div id=\"state\" role=\"status\"><h1>{} {heading}</h1></div>\n<p id=\"facts\">{} · {}",
            sign(status),
            Badge(status),
            shown.lifecycle,
            Moment(shown.time, None),
        )?;
        if let Some(runtime) = shown.known.as_ref().and_then(Known::runtime)
            && runtime.stuck_workers() > 0
        {
            let (stuck, all) = (runtime.stuck_workers(), runtime.workers());
            write!(out, " · <strong>{stuck} of {all} workers of the runtime stuck</strong>")?;
        }
        out.write_str("</p>\n")?;
        out.write_str("<div class=\"bar\">")?;
        if let Some(overview) = &shown.links.overview {
            write!(out, "<a href=\"{}\">All endpoints</a> ", Html(overview))?;
        }
        out.write_str(
            "<span class=\"bar\" id=\"refresh\" hidden><button type=\"button\" id=\"pause\">\
             Pause updates</button> <span id=\"said\"></span></span></div>\n</header>\n\
             <main id=\"main\">\n",
        )?;
        for (i, section) in worst_first(&shown.sections, |section| section.report.status()) {
            self.write_section(out, i, section)?;
        }
        if shown.sections.is_empty() {
            writeln!(out, "<p>{}</p>", Html(&shown.title))?;
        }
        for (what, names) in [("Not asked", &shown.excluded), ("No such check", &shown.unknown)] {
            if !names.is_empty() {
                let names = names.join(", ");
                writeln!(out, "<p>{what}: {}</p>", Html(json::cut(&names, TEXT_LIMIT)))?;
            }
        }
        write!(
            out,
            "</main>\n<footer><p>The same as <a href=\"?format=json&amp;verbose\">JSON</a>, \
             <a href=\"?format=text\">text</a>, <a href=\"?format=health\">health+json</a>, \
             <a href=\"?format=openmetrics\">metrics</a>.</p></footer>\n\
             <script>{SCRIPT}</script>\n</body>\n</html>\n"
        )
    }

    /// The state in a word.
    fn word(&self) -> &'static str {
        match (self.shown.code, self.shown.status()) {
            (200, Status::Warn) => "degraded",
            (200, _) => "healthy",
            _ if !self.shown.is_closed() => "unhealthy",
            _ if self.shown.lifecycle == Lifecycle::Starting => "starting",
            _ => "shutting down",
        }
    }

    fn write_section(&self, out: &mut String, i: usize, section: &Section) -> fmt::Result {
        let report = &section.report;
        writeln!(
            out,
            "<section id=\"e{i}\" aria-labelledby=\"n{i}\"><h2 id=\"n{i}\">{} {} <small>{}</small></h2>",
            Badge(report.status()),
            Link(self.endpoint_link(section), &section.name),
            section.kind(),
        )?;
        if report.checks().is_empty() {
            write!(out, "<p class=\"note\">{}</p>", Html(note(section)))?;
        } else {
            out.write_str("<ul>\n")?;
            for (j, check) in worst_first(report.checks(), CheckReport::status) {
                self.write_check(out, &format!("{i}-{j}"), section, check)?;
            }
            out.write_str("</ul>")?;
        }
        out.write_str("</section>\n")
    }

    fn write_check(
        &self,
        out: &mut String,
        id: &str,
        section: &Section,
        check: &CheckReport,
    ) -> fmt::Result {
        let link = self.check_link(section, check);
        write!(
            out,
            "<li id=\"c{id}\">{}<h3>{}</h3>",
            Badge(check.status()),
            Link(link, check.name())
        )?;
        let known = self.shown.known.as_ref().and_then(|known| known.check(check.name()));
        let history = known.map(KnownCheck::history).unwrap_or_default();
        if !history.is_empty() {
            write_strip(out, &strip(history, self.shown.time))?;
        }
        out.write_char('\n')?;
        if let Some(text) = check.text() {
            writeln!(out, "<p class=\"why\">{}</p>", Html(self.text(text)))?;
        }
        writeln!(out, "<p class=\"facts\">{}</p>", Facts(check, self.shown.time))?;
        if self.changes > 0 && history.len() > 1 {
            self.write_changes(out, id, history)?;
        }
        out.write_str("</li>\n")
    }

    fn write_changes(&self, out: &mut String, id: &str, history: &[PastTransition]) -> fmt::Result {
        write!(out, "<details id=\"h{id}\"><summary>Last changes</summary><table>")?;
        for past in history.iter().rev().take(self.changes) {
            let time = Moment(past.at(), Some(self.shown.time));
            write!(out, "<tr><th scope=\"row\">{time}</th><td>{}", past.status())?;
            if let Some(text) = past.text() {
                write!(out, ": {}", Html(self.text(text)))?;
            }
            out.write_str("</td></tr>")?;
        }
        out.write_str("</table></details>\n")
    }

    fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        json::cut(text, if self.many { TEXT_LIMIT } else { usize::MAX })
    }

    /// `None` on the endpoint's own page.
    fn endpoint_link(&self, section: &Section) -> Option<String> {
        let alone = !self.shown.overview && *self.shown.name == *section.name;
        if alone { None } else { path(&self.shown.links, &[&section.name]) }
    }

    /// `None` on the check's own page.
    fn check_link(&self, section: &Section, check: &CheckReport) -> Option<String> {
        let alone = !self.shown.overview && *self.shown.name != *section.name;
        if alone {
            return None;
        }
        path(&self.shown.links, &[&section.name, check.name()])
    }
}

/// From the worst to the best, each with its place in the list. Three walks, because a sort brings
/// half a dozen kilobytes of code.
fn worst_first<T>(list: &[T], status: fn(&T) -> Status) -> impl Iterator<Item = (usize, &T)> {
    let with = move |wanted| list.iter().enumerate().filter(move |(_, one)| status(one) == wanted);
    [Status::Fail, Status::Warn, Status::Pass].into_iter().flat_map(with)
}

/// A relative path; `None` if a name means something else to who follows it.
fn path(links: &Links, names: &[&str]) -> Option<String> {
    if links.nowhere || names.iter().any(|name| matches!(*name, "" | "." | "..")) {
        return None;
    }
    let names: Vec<_> =
        names.iter().map(|name| utf8_percent_encode(name, SEGMENT).to_string()).collect();
    Some(format!("{}{}", links.endpoints, names.join("/")))
}

fn note(section: &Section) -> &str {
    if section.report.code() != 200 {
        return section.report.title();
    }
    match section.kind {
        EndpointKind::Startup => "It passes once the service has started.",
        EndpointKind::Readiness => "It passes while the service runs.",
        EndpointKind::Liveness | EndpointKind::Plain => "It passes while the process can answer.",
    }
}

fn sign(status: Status) -> char {
    match status {
        Status::Pass => '\u{2713}',
        Status::Warn => '\u{25b2}',
        Status::Fail => '\u{2715}',
    }
}

fn write_strip(out: &mut String, slots: &[Option<Status>; SLOTS]) -> fmt::Result {
    let statuses = [(Status::Pass, 'p'), (Status::Warn, 'w'), (Status::Fail, 'f')];
    let minutes = |status| slots.iter().filter(|slot| **slot == Some(status)).count();
    let said = statuses.map(|(status, _)| (minutes(status), status));
    let said = said.iter().filter(|(minutes, _)| *minutes > 0);
    let said: Vec<_> = said.map(|(minutes, status)| format!("{status} {minutes} min")).collect();
    let said = if said.is_empty() { "nothing known".into() } else { said.join(", ") };
    write!(
        out,
        "<svg role=\"img\" aria-label=\"Last hour: {said}\" viewBox=\"0 0 {SLOTS} 1\" \
         preserveAspectRatio=\"none\">"
    )?;
    for (status, class) in statuses {
        if minutes(status) == 0 {
            continue;
        }
        // Lines of the strip's own height, because they are shorter to say than areas.
        write!(out, "<path class=\"{class}\" d=\"M0 .5")?;
        let mut gap = 0;
        for run in slots.chunk_by(|one, other| one == other) {
            if run[0] == Some(status) {
                if gap > 0 {
                    write!(out, "m{gap} 0")?;
                }
                write!(out, "h{}", run.len())?;
                gap = 0;
            } else {
                gap += run.len();
            }
        }
        out.write_str("\"/>")?;
    }
    out.write_str("</svg>")
}

struct Badge(Status);

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<span class=\"s {0}\">{0}</span>", self.0)
    }
}

struct Link<'a>(Option<String>, &'a str);

impl fmt::Display for Link<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Html(json::cut(self.1, TEXT_LIMIT));
        match &self.0 {
            Some(link) => write!(f, "<a href=\"{}\">{name}</a>", Html(link)),
            None => write!(f, "{name}"),
        }
    }
}

/// A moment; without its day if it is within a day of another.
struct Moment(SystemTime, Option<SystemTime>);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAY: Duration = Duration::from_secs(86_400);
        let stamp = times::timestamp(self.0);
        // `2026-11-25T03:12:44.120Z`
        let (day, rest) = stamp.split_once('T').unwrap_or((&stamp, ""));
        let time = rest.get(..8).unwrap_or_default();
        write!(f, "<time datetime=\"{day}T{time}Z\">")?;
        let near = self.1.and_then(|now| now.duration_since(self.0).ok());
        if near.is_some_and(|ago| ago < DAY) {
            write!(f, "{time}</time>")
        } else {
            write!(f, "{day} {time} UTC</time>")
        }
    }
}

/// What is known of a check, in a line.
struct Facts<'a>(&'a CheckReport, SystemTime);

impl fmt::Display for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(check, now) = *self;
        if check.is_optional() {
            f.write_str("optional · ")?;
        }
        f.write_str(match check.status() {
            Status::Pass => "passing",
            Status::Warn if check.consecutive_failures() > 0 => "failing",
            Status::Warn => "warning",
            Status::Fail => "failing",
        })?;
        if let Some(since) = check.since() {
            let ago = now.duration_since(since).unwrap_or_default();
            write!(f, " for {}", times::in_words(ago))?;
        }
        match check.consecutive_failures() {
            0 => {}
            1 => f.write_str(", last result failed")?,
            many => write!(f, ", {many} failures in a row")?,
        }
        match (check.age(), check.duration()) {
            (Some(age), Some(took)) => {
                let asked = match age.as_secs() {
                    0 => "just now".into(),
                    _ => format!("{} ago", times::in_words(age)),
                };
                write!(f, " · last asked {asked}, took {}", times::in_words(took))?;
            }
            _ => f.write_str(" · no result yet")?,
        }
        let marks = [
            (check.is_stale(), "the result is stale"),
            (check.is_pending(), "a run is still out"),
            (check.is_thresholded(), "the last result does not count yet"),
        ];
        for (_, mark) in marks.iter().filter(|(is, _)| *is) {
            write!(f, " · {mark}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        format::samples::{
            ago, check, known, known_check, now, one, overview, ready, section, three,
        },
        lifecycle::stall::KnownRuntime,
        report::{Report, STARTING},
    };

    fn page(shown: &Shown) -> String {
        String::from_utf8(render(shown)).unwrap()
    }

    /// An endpoint of this many checks, a third of which fail, each with a history.
    fn crowd(checks: usize, history: usize) -> Shown {
        let names: Vec<_> = (0..checks).map(|i| format!("check-number-{i}")).collect();
        let status = |i: usize| [Status::Pass, Status::Warn, Status::Fail][i % 3];
        let report = |(i, name): (usize, &String)| {
            let text = (!status(i).is_pass()).then_some("Can't reach what it needs");
            check(name, status(i), text)
        };
        let known_check = |name: &String| {
            let mut known = known_check(name, Some(Status::Fail));
            let past = |i| {
                let statuses = [Status::Pass, Status::Fail];
                let seconds = u64::try_from((history - i) * 97).unwrap();
                PastTransition::new(ago(seconds), statuses[i % 2], Some("Can't reach it"))
            };
            known.history = (0..history).map(past).collect();
            known
        };
        let mut shown = overview(vec![ready(names.iter().enumerate().map(report).collect())]);
        shown.known = Some(known(names.iter().map(known_check).collect()));
        shown
    }

    #[test]
    fn it_weighs_30_kib_for_20_checks_and_300_for_500() {
        for history in [0, 1, 4, 32] {
            for (checks, limit) in [(1, 30), (20, 30), (500, 300)] {
                let weight = page(&crowd(checks, history)).len();
                assert!(weight <= limit * 1024, "{weight} bytes for {checks}, {history} changes");
            }
        }
    }

    #[test]
    fn it_says_what_is_red_since_when_and_why() {
        let mut shown = one(ready(three()));
        shown.known = Some(known(vec![known_check("database", Some(Status::Fail))]));
        let page = page(&shown);
        for expected in [
            "<title>\u{2715} ready: unhealthy</title>",
            "running · <time datetime=\"2026-11-25T03:12:44Z\">2026-11-25 03:12:44 UTC</time>",
            "Can&#39;t reach the database",
            "failing for 4 min 10 s, 3 failures in a row · last asked 1.5 s ago, took 12 ms",
            "optional · failing for 4 min 10 s",
            "aria-label=\"Last hour: pass 49 min, fail 11 min\"",
            "<th scope=\"row\"><time datetime=\"2026-11-25T03:02:34Z\">03:02:34</time></th>\
             <td>fail: Can&#39;t reach it</td>",
        ] {
            assert!(page.contains(expected), "{expected}\n{page}");
        }
    }

    #[test]
    fn the_worst_comes_first() {
        let live = section("live", EndpointKind::Liveness, Report::new(Vec::new()));
        let mut checks = three();
        checks.reverse();
        let page = page(&overview(vec![live, ready(checks)]));
        let place = |what: &str| page.find(what).unwrap();
        let order = [">ready<", ">database<", ">search<", ">disk<", ">live<"].map(place);
        assert!(order.is_sorted(), "{order:?}");
    }

    #[test]
    fn every_state_has_its_word() {
        let word = |shown: &Shown| Page { shown, changes: 0, many: true }.word();
        assert_eq!(word(&one(ready(three()))), "unhealthy");
        assert_eq!(word(&one(ready(three().split_off(1)))), "degraded");
        assert_eq!(word(&one(ready(three().split_off(2)))), "healthy");
        let closed = section("ready", EndpointKind::Readiness, Report::closed(STARTING));
        let mut shown = one(closed.clone());
        assert_eq!(word(&shown), "shutting down");
        shown.lifecycle = Lifecycle::Starting;
        assert_eq!(word(&shown), "starting");
        let mut both = overview(vec![closed, ready(three())]);
        both.lifecycle = Lifecycle::Starting;
        assert_eq!(word(&both), "unhealthy");
    }

    #[test]
    fn a_name_is_no_markup_and_its_link_leads_to_it() {
        let hostile = "<script>alert('1')</script>/ä&\"";
        let mut shown = overview(vec![ready(vec![check(hostile, Status::Fail, Some(hostile))])]);
        shown.links.endpoints = "healthz/".into();
        shown.service.id = Some(hostile.into());
        shown.unknown = vec![hostile.into()];
        shown.known = Some(known(vec![known_check(hostile, Some(Status::Fail))]));
        let page = page(&shown);
        assert_eq!(page.matches("<script>").count(), 1);
        assert!(!page.contains("alert('1')"));
        let link =
            "href=\"healthz/ready/%3Cscript%3Ealert%28%271%27%29%3C%2Fscript%3E%2F%C3%A4%26%22\"";
        assert!(page.contains(link), "{page}");
    }

    #[test]
    fn a_name_that_a_browser_would_resolve_is_no_link() {
        for name in [".", "..", ""] {
            assert_eq!(path(&Links::default(), &["ready", name]), None);
        }
        let nowhere = Links { nowhere: true, ..Links::default() };
        assert_eq!(path(&nowhere, &["ready"]), None);
    }

    #[test]
    fn where_one_is_there_is_no_link_to() {
        let linked = |shown: &Shown| {
            let page = page(shown);
            [">ready</a>", ">disk</a>"].map(|end| page.contains(end))
        };
        let section = || ready(vec![check("disk", Status::Pass, None)]);
        assert_eq!(linked(&overview(vec![section()])), [true, true]);
        assert_eq!(linked(&one(section())), [false, true]);
        let mut shown = one(section());
        shown.name = "ready/disk".into();
        assert_eq!(linked(&shown), [true, false]);
    }

    #[test]
    fn an_endpoint_without_checks_says_what_it_follows() {
        for (kind, says) in [
            (EndpointKind::Liveness, "It passes while the process can answer."),
            (EndpointKind::Readiness, "It passes while the service runs."),
            (EndpointKind::Startup, "It passes once the service has started."),
        ] {
            let page = page(&one(section("some", kind, Report::new(Vec::new()))));
            assert!(page.contains(&format!("<p class=\"note\">{says}</p>")), "{page}");
        }
        let closed = section("ready", EndpointKind::Readiness, Report::closed(STARTING));
        assert!(page(&one(closed)).contains("<p class=\"note\">Starting</p>"));
    }

    #[test]
    fn a_page_without_endpoints_says_why() {
        let titled = |shown: &Shown| page(shown).contains("<main id=\"main\">\n<p>OK</p>");
        assert!(titled(&overview(Vec::new())));
        assert!(!titled(&one(ready(Vec::new()))));
    }

    #[test]
    fn what_is_not_asked_is_said_where_there_is_some() {
        for said in ["Not asked: ", "No such check: "] {
            let mut shown = one(ready(three()));
            assert!(!page(&shown).contains(said), "{said}");
            (shown.excluded, shown.unknown) = (vec!["a".into()], vec!["a".into()]);
            assert!(page(&shown).contains(&format!("<p>{said}a</p>")), "{said}");
        }
    }

    #[test]
    fn workers_are_named_once_one_is_stuck() {
        let mut shown = one(ready(three()));
        let mut known = known(Vec::new());
        for (stuck_workers, said) in [(0, false), (1, true)] {
            known.runtime = Some(KnownRuntime { workers: 4, stuck_workers, stuck: false });
            shown.known = Some(known.clone());
            assert_eq!(page(&shown).contains("1 of 4 workers of the runtime stuck"), said);
            assert_eq!(page(&shown).contains("stuck</strong>"), said);
        }
    }

    #[test]
    fn the_strip_is_a_line_for_each_status() {
        let mut shown = one(ready(three()));
        shown.known = Some(known(vec![known_check("database", Some(Status::Fail))]));
        let page = page(&shown);
        let lines =
            "<path class=\"p\" d=\"M0 .5h49\"/><path class=\"f\" d=\"M0 .5m49 0h11\"/></svg>";
        assert!(page.contains(lines), "{page}");
        assert!(page.contains("<span class=\"s fail\">fail</span>"), "{page}");
        let mut strip = String::new();
        let slots = [(0, Status::Warn), (1, Status::Pass), (4, Status::Warn)];
        let mut minutes = [None; SLOTS];
        for (minute, status) in slots {
            minutes[minute] = Some(status);
        }
        write_strip(&mut strip, &minutes).unwrap();
        assert!(strip.contains("\"Last hour: pass 1 min, warn 2 min\""), "{strip}");
        assert!(strip.contains("<path class=\"w\" d=\"M0 .5h1m3 0h1\"/>"), "{strip}");
    }

    #[test]
    fn one_change_is_no_history() {
        for (changes, shows) in [(1, false), (2, true)] {
            assert_eq!(page(&crowd(1, changes)).contains("Last changes"), shows, "{changes}");
        }
    }

    #[test]
    fn a_text_is_cut_beside_others_and_whole_alone() {
        let text = "x".repeat(TEXT_LIMIT + 1);
        let whole = |checks: Vec<CheckReport>| page(&one(ready(checks))).contains(&text);
        let down = || check("disk", Status::Fail, Some(&text));
        assert!(whole(vec![down()]));
        assert!(!whole(vec![down(), check("search", Status::Pass, None)]));
    }

    #[test]
    fn what_fits_is_not_left_out() {
        let changes = |checks, history| page(&crowd(checks, history)).matches("<tr>").count();
        assert_eq!(changes(5, 32), 5 * 32);
        assert_eq!((weight(20), weight(500)), (30 * 1024, 300 * 1024));
    }

    #[test]
    fn each_fact_is_said_where_it_is_one() {
        let said = |change: fn(&mut CheckReport)| {
            let mut check = check("disk", Status::Warn, None);
            (check.optional, check.consecutive_failures, check.since) = (false, 0, None);
            change(&mut check);
            Facts(&check, now()).to_string()
        };
        let asked = "last asked 1.5 s ago, took 12 ms";
        assert_eq!(said(|_| {}), format!("warning · {asked}"));
        let failed = said(|check| check.consecutive_failures = 1);
        assert_eq!(failed, format!("failing, last result failed · {asked}"));
        let passing = said(|check| check.status = Status::Pass);
        assert_eq!(passing, format!("passing · {asked}"));
        assert_eq!(said(|check| check.age = None), "warning · no result yet");
        let marks = said(|check| {
            check.age = Some(Duration::from_millis(999));
            (check.stale, check.pending, check.thresholded) = (true, true, true);
        });
        let expected = "warning · last asked just now, took 12 ms · the result is stale · \
                        a run is still out · the last result does not count yet";
        assert_eq!(marks, expected);
    }

    #[test]
    fn a_moment_of_another_day_has_its_day() {
        let of = |seconds| Moment(ago(seconds), Some(now())).to_string();
        let near = "<time datetime=\"2026-11-24T03:12:45Z\">03:12:45</time>";
        assert_eq!(of(86_399), near);
        let far = "<time datetime=\"2026-11-24T03:12:44Z\">2026-11-24 03:12:44 UTC</time>";
        assert_eq!(of(86_400), far);
    }

    #[test]
    fn a_clock_that_went_back_does_not_matter() {
        let mut late = check("disk", Status::Fail, None);
        late.since = Some(now() + Duration::from_secs(60));
        assert!(page(&one(ready(vec![late]))).contains("failing for under 1 ms"));
    }
}
