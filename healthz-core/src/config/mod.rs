//! What a configuration can say, how it is read without losing a mistake, and how it is laid over what
//! the code says.

mod apply;
mod check_config;
mod endpoint_config;
mod healthz_config;
mod human;
mod section;

pub(crate) use apply::{apply, effective};
pub use check_config::CheckConfig;
pub use endpoint_config::EndpointConfig;
pub use healthz_config::HealthzConfig;
