use std::{sync::Arc, time::SystemTime};

use crate::report::status::Status;

/// A status that a check once turned to, as its history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTransition {
    pub(crate) at: SystemTime,
    pub(crate) status: Status,
    pub(crate) text: Option<Arc<str>>,
}

/// How many transitions of a check are kept.
pub(crate) const KEPT: usize = 32;

/// How many characters of a text are kept.
const KEPT_TEXT: usize = 200;

impl PastTransition {
    /// Keeps a transition; a text longer than 200 characters is cut.
    pub(crate) fn new(at: SystemTime, status: Status, text: Option<&str>) -> Self {
        let cut = |text: &str| {
            let end = text.char_indices().nth(KEPT_TEXT).map_or(text.len(), |(end, _)| end);
            text[..end].into()
        };
        Self { at, status, text: text.map(cut) }
    }

    /// Returns when the check turned.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// Returns the status that the check turned to.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns the public text that the check had then, cut after 200 characters; `None` if it
    /// passed.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_text_is_cut_after_200_characters() {
        for length in [0, 199, 200, 201, 5000] {
            let text = "\u{e9}".repeat(length);
            let kept = PastTransition::new(SystemTime::UNIX_EPOCH, Status::Fail, Some(&text));
            assert_eq!(kept.text().map(|text| text.chars().count()), Some(length.min(200)));
        }
    }
}
