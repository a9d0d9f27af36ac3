use crate::{plan::service::Service, wire::details::Details};

/// What the builder says for those who read more than the status.
#[derive(Debug, Default)]
pub(crate) struct Readers {
    pub(crate) details: Details,
    pub(crate) service: Service,
}
