use std::fmt::{self, Display, Write};

/// A text as the content of an element or the value of a quoted attribute.
pub(crate) struct Html<T>(pub(crate) T);

impl<T: Display> Display for Html<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.write_str("&amp;")?,
                '<' => self.0.write_str("&lt;")?,
                '>' => self.0.write_str("&gt;")?,
                '"' => self.0.write_str("&quot;")?,
                '\'' => self.0.write_str("&#39;")?,
                // No character of HTML.
                '\0' => self.0.write_char(char::REPLACEMENT_CHARACTER)?,
                other => self.0.write_char(other)?,
            }
        }
        Ok(())
    }
}
