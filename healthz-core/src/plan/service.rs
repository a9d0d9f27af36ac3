/// What a service says of itself, for the readers of `health+json`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Service {
    pub(crate) id: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) release_id: Option<String>,
    pub(crate) description: Option<String>,
}
