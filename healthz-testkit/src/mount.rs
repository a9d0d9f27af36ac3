/// Where in the application the health endpoints are: the path segments around them, outermost
/// first.
///
/// Each segment is one level of the framework's own way of nesting.
#[derive(Debug, Clone, Copy)]
pub struct Mount(&'static [&'static str]);

impl Mount {
    /// Not nested at all.
    pub const TOP: Self = Self(&[]);

    /// Nested in these segments.
    #[must_use]
    pub const fn within(segments: &'static [&'static str]) -> Self {
        Self(segments)
    }

    /// Returns the segments, outermost first.
    #[must_use]
    pub fn segments(self) -> &'static [&'static str] {
        self.0
    }
}
