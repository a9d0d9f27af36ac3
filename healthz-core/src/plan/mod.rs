//! What was asked for, as data: endpoints, the prefix, and the mistakes in them.

pub(crate) mod endpoint;
pub(crate) mod endpoint_kind;
pub(crate) mod prefix;
pub(crate) mod registry_error;
pub(crate) mod validate;
