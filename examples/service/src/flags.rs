use std::{
    fs,
    io::{self, Write},
};

use healthz_core::{Registry, kubernetes::ManifestError};

/// What the command line asks for instead of serving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flags {
    /// `--print-probes`: the probes of the container's manifest, as YAML.
    PrintProbes,
    /// `--check-manifest FILE`: how the manifest contradicts the registry.
    CheckManifest(String),
}

/// Why a flag was of no use.
#[derive(Debug, thiserror::Error)]
pub enum FlagError {
    /// The command line makes no sense.
    #[error("`{0}` is no flag: use `--print-probes`, `--check-manifest FILE`, or none to serve")]
    Unknown(String),
    /// A flag without its file.
    #[error("--check-manifest needs the file")]
    NoFile,
    /// A file that cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, #[source] io::Error),
    /// A manifest that cannot be compared.
    #[error("{0}: {1}")]
    Manifest(String, #[source] ManifestError),
    /// A manifest that contradicts the registry; the contradictions are printed.
    #[error("{0}: {1} contradictions")]
    Contradictions(String, usize),
    /// No YAML came of the probes.
    #[error(transparent)]
    Yaml(#[from] serde_saphyr::SerializeError),
    /// Nobody reads.
    #[error(transparent)]
    Print(#[from] io::Error),
}

impl Flags {
    /// Reads the command line, without the program's name.
    ///
    /// # Errors
    /// If it makes no sense.
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

    /// Does what they ask for.
    ///
    /// # Errors
    /// If a file cannot be read, the manifest contradicts the registry, or `out` takes no more.
    pub fn answer(&self, registry: &Registry, out: &mut impl Write) -> Result<(), FlagError> {
        match self {
            Self::PrintProbes => {
                let yaml = serde_saphyr::to_string(&registry.kubernetes_probes("http"))?;
                Ok(write!(out, "{yaml}")?)
            }
            Self::CheckManifest(file) => check(file, registry, out),
        }
    }
}

fn check(file: &str, registry: &Registry, out: &mut impl Write) -> Result<(), FlagError> {
    let manifest =
        fs::read_to_string(file).map_err(|error| FlagError::Unreadable(file.into(), error))?;
    let contradictions = registry
        .check_manifest(&manifest)
        .map_err(|error| FlagError::Manifest(file.into(), error))?;
    for contradiction in &contradictions {
        writeln!(out, "{contradiction}")?;
    }
    match contradictions.len() {
        0 => Ok(()),
        count => Err(FlagError::Contradictions(file.into(), count)),
    }
}
