#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod call;
mod frame;
mod known;
mod message;
#[cfg(feature = "tonic")]
mod named_service;
mod names;
mod reply;
#[cfg(feature = "axum")]
mod routes;
#[cfg(feature = "serve")]
mod serve;
mod service;
mod slots;
mod status;
mod watch;

pub use body::ResponseBody;
pub use names::ServiceError;
#[cfg(feature = "axum")]
pub use routes::routes;
#[cfg(feature = "serve")]
pub use serve::serve;
pub use service::{HealthService, ResponseFuture, service};
