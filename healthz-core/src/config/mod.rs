//! What a configuration can say, how it is read without losing a mistake, and how it is laid over what
//! the code says.

pub(crate) mod apply;
pub(crate) mod check_config;
pub(crate) mod endpoint_config;
pub(crate) mod healthz_config;
mod human;
mod section;

pub use crate::config::{
    check_config::CheckConfig, endpoint_config::EndpointConfig, healthz_config::HealthzConfig,
};
