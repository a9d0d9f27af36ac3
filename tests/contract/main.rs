//! Every promise of `README.md`, kept by every adapter.

mod actix;
mod axum;
mod hyper;
mod ntex;
mod poem;
mod rocket;
mod warp;
