use bytes::Bytes;

use crate::format::{aspnet, health_json, problem, shown::Shown, spring, text};

/// In which form a report is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Problem,
    Text,
    HealthJson,
    OpenMetrics,
    Spring,
    AspNet,
    Page,
}

impl View {
    pub(crate) const ALL: [Self; 7] = [
        Self::Problem,
        Self::Text,
        Self::HealthJson,
        Self::OpenMetrics,
        Self::Spring,
        Self::AspNet,
        Self::Page,
    ];

    /// Renders what is shown. `OpenMetrics` is no view of reports and has a way of its own; the
    /// page is problem+json without the feature `page`.
    pub(crate) fn render(self, shown: &Shown) -> Bytes {
        match self {
            #[cfg(feature = "page")]
            Self::Page => crate::format::page::render(shown).into(),
            #[cfg(not(feature = "page"))]
            Self::Page => shown.fitting(problem::render),
            Self::Problem | Self::OpenMetrics => shown.fitting(problem::render),
            Self::Text => shown.fitting(text::render),
            Self::HealthJson => shown.fitting(health_json::render),
            Self::Spring => shown.fitting(spring::render),
            Self::AspNet => shown.fitting(aspnet::render),
        }
    }
}
