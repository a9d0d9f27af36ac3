//! An application of a framework, on a server of one test.

pub(crate) mod actix;
pub(crate) mod axum;
pub(crate) mod hyper;
pub(crate) mod poem;
pub(crate) mod rocket;
pub(crate) mod warp;
