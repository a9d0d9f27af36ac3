use std::{fmt::Display, io::Write};

/// What Docker keeps of a probe's output: `maxOutputLen` in moby's `daemon/health.go`.
const LIMIT: usize = 4096;

/// Writes one line. That nobody reads it is no reason to fail: the exit code says it all.
pub(crate) fn say(out: &mut impl Write, text: &impl Display) {
    let _ = out.write_all(line(&text.to_string()).as_bytes());
    let _ = out.flush();
}

/// One line, whatever the server or the command line had in it, and no longer than [`LIMIT`].
fn line(text: &str) -> String {
    let mut line = String::new();
    for char in text.chars() {
        let char = if is_unprintable(char) { ' ' } else { char };
        if line.len() + char.len_utf8() >= LIMIT {
            break;
        }
        line.push(char);
    }
    line + "\n"
}

/// Control characters, and those that break a line or turn its direction.
fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
