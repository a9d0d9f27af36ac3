use std::{env, ffi::OsString, io, process::ExitCode, time::Duration};

use crate::{line::say, probe::Probe};

const USAGE: &str = "\
Asks a health endpoint once: exits 0 if it answers 200, else 1.

usage: healthz-probe [ENDPOINT | PATH | ADDRESS] [--timeout=DURATION] [--anywhere]
       SERVICE --healthcheck[=ENDPOINT | PATH | ADDRESS] [--timeout=DURATION] [--anywhere]

  ENDPOINT   live, for the last segment of the path
  PATH       /healthz/live
  ADDRESS    127.0.0.1:8000, http://[::1]:8000/healthz/live, unix:/run/app.sock:/healthz/live
  --timeout  of the whole exchange, such as 500ms; 2s by default
  --anywhere allows other machines than this one

What is not given comes from HEALTHZ_PROBE, or from http://127.0.0.1:8000/healthz/ready.
";

/// Answers `--healthcheck` in a service's own `main`; `None` if the command line asks for something
/// else.
///
/// It is to be the first line, so that a probe makes no runtime, reads no configuration and opens
/// no database. It only looks at the first argument: `--healthcheck`, or `--healthcheck=` with an
/// endpoint, a path or an address. Everything behind that is its own and is given to [`command`].
///
/// ```
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     if let Some(code) = healthz_probe::main() {
///         return code;
///     }
///     // the service
///     ExitCode::SUCCESS
/// }
/// ```
///
/// A `main` that returns a `Result` has an [`ExitCode`] in it, too:
///
/// ```
/// use std::{error::Error, process::ExitCode};
///
/// fn main() -> Result<ExitCode, Box<dyn Error>> {
///     if let Some(code) = healthz_probe::main() {
///         return Ok(code);
///     }
///     // serve()?;
///     Ok(ExitCode::SUCCESS)
/// }
/// ```
#[must_use]
pub fn main() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    let place = match arguments.next()?.into_string() {
        Ok(first) => match first.strip_prefix("--healthcheck")? {
            "" => None,
            place => Some(place.strip_prefix('=')?.into()),
        },
        // It is refused below, not served.
        Err(first) => {
            first.to_string_lossy().starts_with("--healthcheck=").then_some(Some(first))?
        }
    };
    Some(command(place.into_iter().chain(arguments)))
}

/// Runs the command `healthz-probe` with these arguments, without the program's name.
///
/// For a service whose own parser found a sub-command, and hands on what follows it. An endpoint, a
/// path or an address may be given, `--timeout=500ms`, `--anywhere` and `--help`; what is not given
/// comes from the variable `HEALTHZ_PROBE`, or from `http://127.0.0.1:8000/healthz/ready`.
///
/// It prints and returns what [`Probe::report`] does. A mistake in the arguments is 1, too, because
/// Docker keeps 2 for itself.
///
/// ```
/// use std::process::ExitCode;
///
/// assert_eq!(healthz_probe::command(["--timeout=soon".into()]), ExitCode::FAILURE);
/// ```
#[must_use]
pub fn command(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match parse(Probe::from_env(), arguments) {
        Ok(Some(probe)) => probe.report(),
        Ok(None) => {
            for line in USAGE.lines() {
                say(&mut io::stdout(), &line);
            }
            ExitCode::SUCCESS
        }
        Err(mistake) => {
            say(&mut io::stderr(), &mistake);
            ExitCode::FAILURE
        }
    }
}

/// `None` if help is asked for.
fn parse(
    mut probe: Probe,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Option<Probe>, String> {
    let mut given = None;
    for argument in arguments {
        let argument = argument
            .into_string()
            .map_err(|bytes| format!("`{}` is not UTF-8: write it in ASCII", bytes.display()))?;
        if argument == "--help" {
            return Ok(None);
        } else if argument == "--anywhere" {
            probe = probe.anywhere();
        } else if let Some(timeout) = argument.strip_prefix("--timeout=") {
            probe = probe.timeout(duration(timeout).ok_or_else(|| {
                format!("`{timeout}` is no timeout: write it with its unit, as in `500ms` or `2s`")
            })?);
        } else if argument.starts_with('-') {
            return Err(format!(
                "`{argument}` is no option: use `--timeout=DURATION`, `--anywhere` or `--help`"
            ));
        } else if let Some(given) = given.replace(argument) {
            return Err(format!("`{given}` is not all: give one endpoint, path or address"));
        }
    }
    let Some(given) = given else { return Ok(Some(probe)) };
    let probe = match given.as_str() {
        "" => return Err("`` is no endpoint: leave it out, or give one, as in `ready`".into()),
        path if path.starts_with('/') => probe.path(path),
        address if address.contains(['/', ':']) => probe.address(address),
        endpoint => probe.endpoint(endpoint),
    };
    Ok(Some(probe))
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.find(|char: char| !char.is_ascii_digit())?);
    let number = number.parse().ok()?;
    let duration = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        _ => return None,
    };
    (!duration.is_zero()).then_some(duration)
}
