//! What `systemctl status` shows: one line of public text.

use std::time::Duration;

use healthz_core::{Known, KnownEndpoint, Lifecycle, Status};

/// The most bytes of the line.
const MOST: usize = 200;

/// How a service stands that is not draining.
pub(crate) fn line(known: &Known) -> String {
    if known.lifecycle() == Lifecycle::Starting {
        return "starting".into();
    }
    let overall = || known.overall();
    let failing = || overall().filter(|endpoint| endpoint.status() == Some(Status::Fail));
    if failing().next().is_some() {
        let titles: Vec<_> = failing().map(KnownEndpoint::title).collect();
        return one_line(&format!("not ready: {}", titles.join("; ")));
    }
    let all_known = overall().all(|endpoint| endpoint.status().is_some());
    if all_known { "ready" } else { "running, not all checks were asked yet" }.into()
}

/// How a service stands that drains, and for so long yet.
pub(crate) fn draining(left: Duration) -> String {
    match left.as_millis().div_ceil(1000) {
        0 => "draining, waits for what is held".into(),
        seconds => format!("draining, {seconds}s left"),
    }
}

/// The text without control characters, because a line break would begin an assignment of its own.
fn one_line(text: &str) -> String {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.len() > MOST {
        let fits = |&(start, c): &(usize, char)| start + c.len_utf8() <= MOST - "...".len();
        line = line.char_indices().take_while(fits).map(|(_, c)| c).collect();
        line.push_str("...");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_of_200_bytes() {
        assert_eq!(
            one_line("not ready: a\nREADY=1\r\u{1b}[0m\u{85}"),
            "not ready: a READY=1  [0m "
        );
        assert_eq!(one_line(&"x".repeat(200)).len(), 200);
        for character in ["x", "\u{e9}", "\u{20ac}", "\u{1f980}"] {
            let line = one_line(&character.repeat(201));
            assert!((197..=200).contains(&line.len()) && line.ends_with("..."), "{character}");
        }
    }

    #[test]
    fn what_is_left_is_counted_in_whole_seconds() {
        assert_eq!(draining(Duration::from_millis(3001)), "draining, 4s left");
        assert_eq!(draining(Duration::from_secs(4)), "draining, 4s left");
        assert_eq!(draining(Duration::ZERO), "draining, waits for what is held");
    }
}
