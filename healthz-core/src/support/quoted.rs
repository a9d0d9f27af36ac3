//! Texts of others in a line of the log: one that is recorded as a string or by `Debug` is quoted
//! there, and cannot make a second line.

use std::{borrow::Cow, fmt};

/// How long a name may be in a line, as it is written there.
const NAME: usize = 256;

/// How many names a line lists.
const LISTED: usize = 10;

/// A name as a line has it.
pub(crate) fn quoted(name: &str) -> Cow<'_, str> {
    cut(name, NAME)
}

/// Cuts a text so that it is no longer than this when it is quoted.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    let mut length = 0;
    for (at, character) in text.char_indices() {
        length += character.escape_debug().map(char::len_utf8).sum::<usize>();
        if length > limit {
            return Cow::Owned(format!("{}...", &text[..at]));
        }
    }
    Cow::Borrowed(text)
}

/// Names for a line, in their order: the first ten, each once and with a count, and how many there
/// are of others.
pub(crate) struct Names<'n> {
    listed: Vec<(&'n str, usize)>,
    others: usize,
}

impl<'n> Names<'n> {
    pub(crate) fn of(names: impl IntoIterator<Item = &'n str>) -> Self {
        let (mut listed, mut others) = (Vec::<(&str, usize)>::new(), 0);
        for name in names {
            if let Some((_, count)) = listed.iter_mut().find(|(listed, _)| *listed == name) {
                *count += 1;
            } else if listed.len() < LISTED {
                listed.push((name, 1));
            } else {
                others += 1;
            }
        }
        Self { listed, others }
    }
}

/// `["import" x 3, "export", 12 more]`
impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for (name, count) in &self.listed {
            let name = quoted(name);
            match count {
                1 => list.entry(&name),
                count => list.entry(&format_args!("{name:?} x {count}")),
            };
        }
        if self.others > 0 {
            list.entry(&format_args!("{} more", self.others));
        }
        list.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_its_length_in_the_line() {
        assert_eq!(cut("four", 4), "four");
        assert_eq!(cut("fours", 4), "four...");
        // An escape is as long as it is written.
        assert_eq!(cut("\n\n\n", 5), "\n\n...");
        assert!(format!("{:?}", cut(&"\u{1}".repeat(9_000), 5_120)).len() <= 5_120 + 5);
    }

    #[test]
    fn ten_names_are_listed_and_equal_ones_once() {
        let names = |names: &[&str]| format!("{:?}", Names::of(names.iter().copied()));
        assert_eq!(names(&["import", "export"]), r#"["import", "export"]"#);
        assert_eq!(names(&["a", "b", "a", "a\nb"]), r#"["a" x 2, "b", "a\nb"]"#);
        let many: Vec<String> =
            (0..10_000).map(|at| format!("{at}{}", "x".repeat(1_000))).collect();
        let line = format!("{:?}", Names::of(many.iter().map(String::as_str)));
        assert!(line.ends_with(", 9990 more]") && line.len() < 3_000, "{line}");
    }
}
