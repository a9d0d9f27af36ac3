use std::time::Duration;

/// The probe's own program, for images without a shell.
const PROGRAM: &str = "healthz-probe";
/// The flag by which a service's own program asks itself.
const FLAG: &str = "--healthcheck";
/// What both ask if nothing tells them.
const DEFAULT_PATH: &str = "/healthz/ready";

/// What a probe command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A path on the service.
    Path(String),
    /// An endpoint by its name, wherever the service serves it.
    Endpoint(String),
}

/// What a command asks if it is `healthz-probe`, or a service with `--healthcheck`; `default` is
/// the container's variable `HEALTHZ_PROBE`.
pub(super) fn target(command: &[&str], default: Option<&str>) -> Option<Target> {
    let words: Vec<_> = match script(command) {
        Some(script) => script.split_whitespace().collect(),
        None => command.to_vec(),
    };
    let asks = words.iter().find_map(|word| word.strip_prefix(FLAG));
    let given = match asks {
        Some("") => None,
        Some(given) => Some(given.strip_prefix('=')?),
        None => {
            let program = words.iter().position(|word| program(word) == PROGRAM)?;
            words[program + 1..].iter().copied().find(|word| !word.starts_with('-'))
        }
    };
    Some(given.or(default).map_or_else(|| Target::Path(DEFAULT_PATH.into()), read))
}

/// A URL, `unix:SOCKET:PATH`, a path, or else an endpoint's name.
fn read(given: &str) -> Target {
    let given = given.trim_matches(['"', '\'']);
    if let Some((_, rest)) = given.split_once("://") {
        let path = rest.find('/').map_or("/", |start| &rest[start..]);
        return Target::Path(path.into());
    }
    if let Some(rest) = given.strip_prefix("unix:") {
        return Target::Path(rest.split_once(':').map_or("/", |(_, path)| path).into());
    }
    if given.starts_with('/') { Target::Path(given.into()) } else { Target::Endpoint(given.into()) }
}

/// For how long a command sleeps: `sleep 15`, or a shell's script with that in it.
pub(super) fn sleep(command: &[&str]) -> Duration {
    let Some(script) = script(command) else { return sleep_of(command) };
    let parts = script.split(['\n', ';', '&', '|', '(', ')', '{', '}']);
    let sleeps = parts.map(|part| sleep_of(&part.split_whitespace().collect::<Vec<_>>()));
    sleeps.fold(Duration::ZERO, Duration::saturating_add)
}

fn sleep_of(words: &[&str]) -> Duration {
    match words {
        ["exec", rest @ ..] => sleep_of(rest),
        [first, times @ ..] if program(first) == "sleep" => {
            let times = times.iter().filter_map(|time| amount(time));
            times.fold(Duration::ZERO, Duration::saturating_add)
        }
        _ => Duration::ZERO,
    }
}

/// An amount as `sleep` of the GNU coreutils takes it: a number with `s`, `m`, `h`, `d` or none.
fn amount(given: &str) -> Option<Duration> {
    let given = given.trim_matches(['"', '\'']);
    let (number, unit) = match given.char_indices().last()? {
        (at, 's') => (&given[..at], 1.0),
        (at, 'm') => (&given[..at], 60.0),
        (at, 'h') => (&given[..at], 3_600.0),
        (at, 'd') => (&given[..at], 86_400.0),
        _ => (given, 1.0),
    };
    let seconds = number.parse::<f64>().ok().filter(|number| *number >= 0.0)? * unit;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// The script of a shell: `sh -c SCRIPT`.
fn script<'a>(command: &[&'a str]) -> Option<&'a str> {
    let [shell, flags @ .., script] = command else { return None };
    let is_shell = matches!(program(shell), "sh" | "bash" | "ash" | "dash");
    let takes_script =
        flags.last().is_some_and(|flag| flag.starts_with('-') && flag.ends_with('c'));
    (is_shell && takes_script).then_some(script)
}

/// A program's name without its folder.
fn program(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleep_is_read_in_every_form_people_write() {
        let seconds: [(&[&str], u64); 20] = [
            (&["sleep", "15"], 15),
            (&["/bin/sleep", "15s"], 15),
            (&["sleep", "1m", "30"], 90),
            (&["sleep", "2h"], 7_200),
            (&["sleep", "1d"], 86_400),
            (&["sh", "-c", "sleep 15"], 15),
            (&["/bin/bash", "-ec", "sleep 5; nginx -s quit && sleep 10"], 15),
            (&["sh", "-c", "exec sleep 7"], 7),
            (&["sh", "-c", "echo 'sleep'\n  /bin/sleep \"3\"\n"], 3),
            (&["sh", "-c", "trap 'kill $!' TERM"], 0),
            (&["nginx", "-s", "quit"], 0),
            (&["seq", "5"], 0),
            (&["sh", "-x", "sleep 5"], 0),
            (&["sh", "c", "sleep 5"], 0),
            (&["sh", "sleep 5"], 0),
            (&["python3", "-c", "sleep 5"], 0),
            (&["sleep"], 0),
            (&["sleep", "-1"], 0),
            (&["sleep", "soon"], 0),
            (&[], 0),
        ];
        for (command, seconds) in seconds {
            assert_eq!(sleep(command), Duration::from_secs(seconds), "{command:?}");
        }
        assert_eq!(sleep(&["sleep", "0.5"]), Duration::from_millis(500));
        assert_eq!(sleep(&["sleep", "1e300"]), Duration::MAX);
    }

    #[test]
    fn a_probe_command_asks_what_its_argument_says() {
        let path = |path: &str| Some(Target::Path(path.into()));
        let endpoint = |name: &str| Some(Target::Endpoint(name.into()));
        for (command, asked) in [
            (&["healthz-probe"][..], path("/healthz/ready")),
            (&["/bin/healthz-probe", "http://127.0.0.1:8000/healthz/live"], path("/healthz/live")),
            (&["healthz-probe", "http://[::1]:8000"], path("/")),
            (&["healthz-probe", "--anywhere", "http://a/b"], path("/b")),
            (&["healthz-probe", "unix:/run/app.sock:/healthz/live"], path("/healthz/live")),
            (&["/app", "--healthcheck"], path("/healthz/ready")),
            (&["/app", "--healthcheck=live"], endpoint("live")),
            (&["/app", "--healthcheck=http://127.0.0.1/healthz/live"], path("/healthz/live")),
            (&["sh", "-c", "exec /app --healthcheck=live"], endpoint("live")),
            (&["/app", "--healthchecks"], None),
            (&["curl", "-f", "http://127.0.0.1/healthz/ready"], None),
            (&["pg_isready"], None),
            (&[], None),
        ] {
            assert_eq!(target(command, None), asked, "{command:?}");
        }
        let by_variable = target(&["healthz-probe"], Some("http://127.0.0.1/healthz/live"));
        assert_eq!(by_variable, path("/healthz/live"));
    }
}
