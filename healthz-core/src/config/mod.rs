//! How a configuration is read without losing a mistake, and how it is laid over what the code
//! says.
//!
//! ```text
//!   file, environment --loader--> serde --section, read--> HealthzConfig --apply--> Plan
//! ```
//!
//! What a configuration can say is in the room `plan`, because the code says it in the same type.
//! Nothing here knows an endpoint's engine or makes a registry.

pub(crate) mod apply;
mod origin;
mod read;
mod section;

pub use crate::{
    check::{check_config::CheckConfig, switch::Switch},
    plan::{endpoint_config::EndpointConfig, healthz_config::HealthzConfig},
};
