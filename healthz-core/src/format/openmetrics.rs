//! What is known, as time series.

use std::fmt::{self, Display, Write};

use crate::{
    lifecycle::Lifecycle,
    report::{
        known::Known,
        known_check::{KnownCheck, Runs},
        status::Status,
    },
    support::times,
};

/// The two text formats that Prometheus reads. They have the same series and differ in what they
/// can declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// OpenMetrics 1.0: state sets, units, counters named without `_total`, and an end.
    OpenMetrics,
    /// The text format 0.0.4, which has none of these and is made to be appended to.
    Text,
}

pub(crate) fn render(known: &Known, dialect: Dialect) -> String {
    let mut out = Exposition { text: String::new(), dialect };
    // A `String` takes every character.
    let written = out.write(known);
    debug_assert!(written.is_ok(), "{written:?}");
    out.text
}

#[derive(Clone, Copy)]
enum Type {
    Gauge,
    Counter,
    StateSet,
}

struct Exposition {
    text: String,
    dialect: Dialect,
}

impl Exposition {
    fn write(&mut self, known: &Known) -> fmt::Result {
        self.up(known)?;
        self.warning(known)?;
        self.endpoints(known)?;
        self.lifecycle(known)?;
        self.runtime(known)?;
        self.runs(known)?;
        self.last_runs(known)?;
        self.transitions(known)?;
        match self.dialect {
            Dialect::OpenMetrics => self.text.write_str("# EOF\n"),
            Dialect::Text => Ok(()),
        }
    }

    fn up(&mut self, known: &Known) -> fmt::Result {
        let name = "healthz_check_up";
        let help = "Whether the check passes, after thresholds; a warning passes.";
        self.declare(name, Type::Gauge, help)?;
        for check in &known.checks {
            if check.status().is_none() {
                continue;
            }
            let required = if check.is_optional() { "false" } else { "true" };
            let labels = [("check", check.name()), ("required", required)];
            self.sample(name, &labels, u8::from(!check.is_failing()))?;
        }
        Ok(())
    }

    fn warning(&mut self, known: &Known) -> fmt::Result {
        let name = "healthz_check_warning";
        self.declare(name, Type::Gauge, "Whether the check has a warning.")?;
        for check in &known.checks {
            let Some(status) = check.status() else { continue };
            self.sample(name, &[("check", check.name())], u8::from(status.is_warn()))?;
        }
        Ok(())
    }

    fn endpoints(&mut self, known: &Known) -> fmt::Result {
        let name = "healthz_endpoint_up";
        let help = "Whether the endpoint answers 200, by the last results of its checks.";
        self.declare(name, Type::Gauge, help)?;
        for endpoint in &known.endpoints {
            let Some(status) = endpoint.status() else { continue };
            let labels = [("endpoint", endpoint.name()), ("kind", endpoint.kind().name())];
            self.sample(name, &labels, u8::from(!status.is_fail()))?;
        }
        Ok(())
    }

    fn lifecycle(&mut self, known: &Known) -> fmt::Result {
        let name = "healthz_lifecycle";
        let help = "Where the service stands between its start and its end.";
        self.declare(name, Type::StateSet, help)?;
        for lifecycle in [Lifecycle::Starting, Lifecycle::Running, Lifecycle::Draining] {
            let is = u8::from(known.lifecycle() == lifecycle);
            self.sample(name, &[(name, &lifecycle.to_string())], is)?;
        }
        Ok(())
    }

    fn runtime(&mut self, known: &Known) -> fmt::Result {
        let Some(runtime) = known.runtime() else { return Ok(()) };
        let name = "healthz_runtime_stuck_workers";
        let help = "How many workers of the runtime are stuck in a task that blocks.";
        self.declare(name, Type::Gauge, help)?;
        self.sample(name, &[], runtime.stuck_workers())
    }

    fn runs(&mut self, known: &Known) -> fmt::Result {
        let name = "healthz_check_runs";
        self.declare(name, Type::Counter, "Finished runs of the check, by result.")?;
        for check in &known.checks {
            let Runs { pass, warn, fail, timeout, panic } = check.runs();
            if pass + warn + fail + timeout + panic == 0 {
                continue;
            }
            let results = [
                ("pass", pass),
                ("warn", warn),
                ("fail", fail),
                ("timeout", timeout),
                ("panic", panic),
            ];
            for (result, count) in results {
                let labels = [("check", check.name()), ("result", result)];
                self.sample("healthz_check_runs_total", &labels, count)?;
            }
        }
        Ok(())
    }

    fn last_runs(&mut self, known: &Known) -> fmt::Result {
        let name = "healthz_check_last_run_duration_seconds";
        self.declare(name, Type::Gauge, "How long the last finished run took.")?;
        let seconds = |check: &KnownCheck| Some(check.duration()?.as_secs_f64());
        self.of_checks(known, name, seconds)?;
        let name = "healthz_check_last_run_timestamp_seconds";
        self.declare(name, Type::Gauge, "When the last finished run ended.")?;
        self.of_checks(known, name, |check| {
            Some(times::unix(known.time.checked_sub(check.age()?)?))
        })
    }

    fn of_checks(
        &mut self,
        known: &Known,
        name: &str,
        seconds: impl Fn(&KnownCheck) -> Option<f64>,
    ) -> fmt::Result {
        for check in &known.checks {
            if let Some(seconds) = seconds(check) {
                self.sample(name, &[("check", check.name())], seconds)?;
            }
        }
        Ok(())
    }

    fn transitions(&mut self, known: &Known) -> fmt::Result {
        let name = "healthz_check_transitions";
        let help = "Changes of the check's status, the first included, by the new status.";
        self.declare(name, Type::Counter, help)?;
        for check in known.checks.iter().filter(|check| check.status().is_some()) {
            for to in [Status::Pass, Status::Warn, Status::Fail] {
                let labels = [("check", check.name()), ("to", &to.to_string())];
                self.sample(
                    "healthz_check_transitions_total",
                    &labels,
                    check.transitions().to(to),
                )?;
            }
        }
        Ok(())
    }

    fn declare(&mut self, name: &str, kind: Type, help: &str) -> fmt::Result {
        let (suffix, kind) = match (self.dialect, kind) {
            (Dialect::Text, Type::Counter) => ("_total", "counter"),
            (Dialect::OpenMetrics, Type::Counter) => ("", "counter"),
            (Dialect::OpenMetrics, Type::StateSet) => ("", "stateset"),
            (Dialect::Text, Type::StateSet) | (_, Type::Gauge) => ("", "gauge"),
        };
        writeln!(self.text, "# HELP {name}{suffix} {help}")?;
        writeln!(self.text, "# TYPE {name}{suffix} {kind}")?;
        if self.dialect == Dialect::OpenMetrics && name.ends_with("_seconds") {
            writeln!(self.text, "# UNIT {name} seconds")?;
        }
        Ok(())
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) -> fmt::Result {
        self.text.write_str(name)?;
        for (i, (label, of)) in labels.iter().enumerate() {
            let before = if i == 0 { '{' } else { ',' };
            write!(self.text, "{before}{label}=\"{}\"", Escaped(of))?;
        }
        let after = if labels.is_empty() { "" } else { "}" };
        writeln!(self.text, "{after} {value}")
    }
}

/// A label's value.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '\\' => f.write_str(r"\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str(r"\n")?,
                // The end of the text to Prometheus's own reader.
                '\0' => f.write_char(char::REPLACEMENT_CHARACTER)?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::samples::{known, known_check};

    #[test]
    fn the_series_are_those_of_the_contract() {
        let mut flaky = known_check("search", Some(Status::Warn));
        (flaky.optional, flaky.failing) = (true, true);
        let known = known(vec![
            known_check("database", Some(Status::Pass)),
            known_check("new", None),
            flaky,
        ]);
        let expected = r#"# HELP healthz_check_up Whether the check passes, after thresholds; a warning passes.
# TYPE healthz_check_up gauge
healthz_check_up{check="database",required="true"} 1
healthz_check_up{check="search",required="false"} 0
# HELP healthz_check_warning Whether the check has a warning.
# TYPE healthz_check_warning gauge
healthz_check_warning{check="database"} 0
healthz_check_warning{check="search"} 1
# HELP healthz_endpoint_up Whether the endpoint answers 200, by the last results of its checks.
# TYPE healthz_endpoint_up gauge
healthz_endpoint_up{endpoint="ready",kind="readiness"} 0
# HELP healthz_lifecycle Where the service stands between its start and its end.
# TYPE healthz_lifecycle stateset
healthz_lifecycle{healthz_lifecycle="starting"} 0
healthz_lifecycle{healthz_lifecycle="running"} 1
healthz_lifecycle{healthz_lifecycle="draining"} 0
# HELP healthz_check_runs Finished runs of the check, by result.
# TYPE healthz_check_runs counter
healthz_check_runs_total{check="database",result="pass"} 7
healthz_check_runs_total{check="database",result="warn"} 0
healthz_check_runs_total{check="database",result="fail"} 2
healthz_check_runs_total{check="database",result="timeout"} 0
healthz_check_runs_total{check="database",result="panic"} 0
healthz_check_runs_total{check="search",result="pass"} 7
healthz_check_runs_total{check="search",result="warn"} 0
healthz_check_runs_total{check="search",result="fail"} 2
healthz_check_runs_total{check="search",result="timeout"} 0
healthz_check_runs_total{check="search",result="panic"} 0
# HELP healthz_check_last_run_duration_seconds How long the last finished run took.
# TYPE healthz_check_last_run_duration_seconds gauge
# UNIT healthz_check_last_run_duration_seconds seconds
healthz_check_last_run_duration_seconds{check="database"} 0.25
healthz_check_last_run_duration_seconds{check="search"} 0.25
# HELP healthz_check_last_run_timestamp_seconds When the last finished run ended.
# TYPE healthz_check_last_run_timestamp_seconds gauge
# UNIT healthz_check_last_run_timestamp_seconds seconds
healthz_check_last_run_timestamp_seconds{check="database"} 1795576362
healthz_check_last_run_timestamp_seconds{check="search"} 1795576362
# HELP healthz_check_transitions Changes of the check's status, the first included, by the new status.
# TYPE healthz_check_transitions counter
healthz_check_transitions_total{check="database",to="pass"} 1
healthz_check_transitions_total{check="database",to="warn"} 0
healthz_check_transitions_total{check="database",to="fail"} 2
healthz_check_transitions_total{check="search",to="pass"} 1
healthz_check_transitions_total{check="search",to="warn"} 0
healthz_check_transitions_total{check="search",to="fail"} 2
# EOF
"#;
        assert_eq!(render(&known, Dialect::OpenMetrics), expected);
    }

    #[test]
    fn the_text_to_append_has_the_same_samples_and_no_end() {
        let known = known(vec![known_check("database", Some(Status::Pass))]);
        let samples = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !line.starts_with('#')).map(Into::into).collect()
        };
        let text = render(&known, Dialect::Text);
        assert_eq!(samples(&text), samples(&render(&known, Dialect::OpenMetrics)));
        for of_openmetrics in ["stateset", "# UNIT", "# EOF", "healthz_check_runs counter"] {
            assert!(!text.contains(of_openmetrics), "{of_openmetrics}");
        }
    }

    #[test]
    fn runs_are_told_from_the_first_on_whatever_it_came_to() {
        let none = Runs::default();
        let told = |runs: Runs| {
            let check = KnownCheck { runs, ..known_check("database", Some(Status::Pass)) };
            let text = render(&known(vec![check]), Dialect::OpenMetrics);
            text.matches("healthz_check_runs_total{").count()
        };
        assert_eq!(told(none), 0);
        for runs in [
            Runs { pass: 1, ..none },
            Runs { warn: 1, ..none },
            Runs { fail: 1, ..none },
            Runs { timeout: 1, ..none },
            Runs { panic: 1, ..none },
            Runs { fail: 2, timeout: 2, ..none },
        ] {
            assert_eq!(told(runs), 5, "{runs:?}");
        }
    }

    /// Takes a label's value apart as the format says, to the closing quote.
    fn unescaped(text: &str) -> Option<String> {
        let mut value = String::new();
        let mut characters = text.chars();
        loop {
            match characters.next()? {
                '"' => return (characters.as_str() == "}").then_some(value),
                '\n' => return None,
                '\\' => value.push(match characters.next()? {
                    'n' => '\n',
                    same @ ('\\' | '"') => same,
                    _ => return None,
                }),
                other => value.push(other),
            }
        }
    }

    proptest! {
        #[test]
        fn a_label_says_any_name_in_one_line(name in any::<String>()) {
            let known = known(vec![known_check(&name, Some(Status::Fail))]);
            let text = render(&known, Dialect::OpenMetrics);
            let series = "healthz_check_warning{check=\"";
            let line = text.split('\n').find_map(|line| line.strip_prefix(series)?.strip_suffix(" 0"));
            let expected = name.replace('\0', "\u{fffd}");
            prop_assert_eq!(line.and_then(unescaped), Some(expected));
        }
    }
}
