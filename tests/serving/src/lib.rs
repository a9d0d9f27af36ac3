//! An application of a framework, on a server of one test.

/// On actix-web.
pub mod actix;
/// On axum.
pub mod axum;
/// On plain hyper.
pub mod hyper;
/// On ntex.
pub mod ntex;
/// On poem.
pub mod poem;
/// On Rocket.
pub mod rocket;
/// On warp.
pub mod warp;
