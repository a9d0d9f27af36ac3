/// A manifest that cannot be compared with anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is not YAML.
    #[error("the manifest is not YAML: {0}")]
    NotYaml(String),

    /// There is no pod in it.
    #[error(
        "the manifest has no containers: give it a Pod, or a Deployment or anything else with a pod \
         template"
    )]
    NoWorkload,
}
