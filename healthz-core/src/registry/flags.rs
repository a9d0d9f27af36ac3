use std::{
    fmt, fs,
    io::{self, Write},
    process::ExitCode,
};

use crate::{kubernetes::manifest_error::ManifestError, registry::Registry};

/// What the command line asks of a service's binary instead of serving: the probes for its
/// manifest, or whether a manifest fits.
///
/// The registry has to be there for that and its dependencies need not: make their clients so that
/// they connect at the first use (`connect_lazy` in sqlx). Needs the feature `manifest`.
///
/// ```
/// use std::{io, process::ExitCode};
/// use healthz_core::{Flags, Registry};
///
/// # fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// # let arguments = ["--print-probes".to_owned()];
/// // let arguments = std::env::args().skip(1);
/// if let Some(flags) = Flags::parse(arguments)? {
///     return Ok(flags.answer(&registry, &mut io::stdout())?);
/// }
/// # Err("it would serve".into())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flags {
    /// `--print-probes`: the probes of the container's manifest, as YAML; they ask the port named
    /// `http`.
    PrintProbes,
    /// `--check-manifest FILE`: how the manifest contradicts the registry, and advice.
    CheckManifest(String),
}

/// Why a flag was of no use.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FlagError {
    /// The command line makes no sense.
    #[error("`{0}` is no flag: use `--print-probes`, `--check-manifest FILE`, or none to serve")]
    Unknown(String),
    /// A flag without its file.
    #[error("`--check-manifest` names no file: use `--check-manifest FILE`")]
    NoFile,
    /// A file that cannot be read.
    #[error("`{0}`: {1}")]
    Unreadable(String, #[source] io::Error),
    /// A manifest that cannot be compared.
    #[error("`{0}`: {1}")]
    Manifest(String, #[source] ManifestError),
    /// A manifest that contradicts the registry; the contradictions are printed.
    #[error("`{0}`: {1} contradictions")]
    Contradictions(String, usize),
    /// Nobody reads.
    #[error(transparent)]
    Print(#[from] io::Error),
}

/// The message, because `main` prints an error as Debug when it returns it.
impl fmt::Debug for FlagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Flags {
    /// Reads the command line, without the program's name. `None` if it is empty.
    ///
    /// # Errors
    /// If it makes no sense. A service with flags of its own looks for them first.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Option<Self>, FlagError> {
        let mut arguments = arguments.into_iter();
        match arguments.next().as_deref() {
            None => Ok(None),
            Some("--print-probes") => Ok(Some(Self::PrintProbes)),
            Some("--check-manifest") => {
                let file = arguments.next().ok_or(FlagError::NoFile)?;
                Ok(Some(Self::CheckManifest(file)))
            }
            Some(other) => Err(FlagError::Unknown(other.into())),
        }
    }

    /// Does what they ask for, and returns the exit status: 2 if the manifest contradicts nothing
    /// and there is advice, so that a script can take that for success or not; else 0. A
    /// contradiction is an error, and has 1 as every error that `main` returns.
    ///
    /// # Errors
    /// If a file cannot be read, the manifest contradicts the registry, or `out` takes no more.
    pub fn answer(&self, registry: &Registry, out: &mut impl Write) -> Result<ExitCode, FlagError> {
        match self {
            Self::PrintProbes => {
                let probes = registry.kubernetes_probes("http");
                let yaml = serde_saphyr::to_string(&probes).map_err(io::Error::other)?;
                write!(out, "{yaml}")?;
                Ok(ExitCode::SUCCESS)
            }
            Self::CheckManifest(file) => check(file, registry, out),
        }
    }
}

fn check(file: &str, registry: &Registry, out: &mut impl Write) -> Result<ExitCode, FlagError> {
    let manifest =
        fs::read_to_string(file).map_err(|error| FlagError::Unreadable(file.into(), error))?;
    let findings = registry
        .check_manifest(&manifest)
        .map_err(|error| FlagError::Manifest(file.into(), error))?;
    write!(out, "{findings}")?;
    match findings.contradictions().len() {
        0 if findings.is_empty() => Ok(ExitCode::SUCCESS),
        0 => Ok(ExitCode::from(2)),
        count => Err(FlagError::Contradictions(file.into(), count)),
    }
}
