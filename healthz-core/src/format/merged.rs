use std::collections::HashMap;

use crate::{format::shown::Shown, report::check_report::CheckReport};

/// The checks of all endpoints, each once, for the formats that key them by their name.
///
/// In the order of the endpoints; of a check that several endpoints name, the report with the worst
/// status.
pub(crate) struct Merged<'a> {
    checks: Vec<&'a CheckReport>,
    omitted: usize,
}

impl<'a> Merged<'a> {
    pub(crate) fn of(shown: &'a Shown) -> Self {
        let mut checks: Vec<&CheckReport> = Vec::new();
        let mut places = HashMap::new();
        for check in shown.sections.iter().flat_map(|section| section.report.checks()) {
            let place = *places.entry(check.name()).or_insert(checks.len());
            match checks.get_mut(place) {
                Some(known) if known.status() < check.status() => *known = check,
                Some(_) => {}
                None => checks.push(check),
            }
        }
        Self { checks, omitted: shown.omitted }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.omitted == 0
    }

    pub(crate) fn checks(&self) -> impl Iterator<Item = &'a CheckReport> {
        self.checks.iter().copied()
    }

    /// The key and the text of the entry that says how many were cut.
    pub(crate) fn omitted(&self) -> Option<(String, String)> {
        let text = match self.omitted {
            0 => return None,
            1 => "1 entry is left out".to_owned(),
            many => format!("{many} entries are left out"),
        };
        let mut key = "...".to_owned();
        while self.checks.iter().any(|check| check.name() == key) {
            key.push('.');
        }
        Some((key, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        format::samples::{check, overview, ready},
        report::status::Status::{Fail, Pass, Warn},
    };

    #[test]
    fn a_check_of_several_endpoints_is_shown_once_with_its_worst_status() {
        for (statuses, worst) in [([Pass, Fail, Warn], Fail), ([Warn, Pass, Pass], Warn)] {
            let sections = statuses.map(|status| {
                let text = format!("it is {status}");
                ready(vec![check("disk", status, Some(&text)), check("other", Pass, None)])
            });
            let shown = overview(sections.into());
            let merged = Merged::of(&shown);
            let checks: Vec<_> =
                merged.checks().map(|check| (check.name(), check.status())).collect();
            assert_eq!(checks, [("disk", worst), ("other", Pass)]);
        }
    }

    #[test]
    fn of_equals_the_first_is_shown() {
        let section = |text| ready(vec![check("disk", Fail, Some(text))]);
        let shown = overview(vec![section("first"), section("second")]);
        let texts: Vec<_> = Merged::of(&shown).checks().map(CheckReport::text).collect();
        assert_eq!(texts, [Some("first")]);
    }
}
