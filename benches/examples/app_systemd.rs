//! The application with our probes, which tells systemd how it stands.

use std::io;

use axum::{Router, routing::get};
use healthz_core::{Registry, check_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let registry = Registry::builder()
        .check("database", check_fn(|| async { Ok(()) }))
        .liveness("live", [])
        .readiness("ready", ["database"])
        .build()
        .map_err(io::Error::other)?;
    healthz_systemd::notify(&registry);
    let app =
        Router::new().route("/", get(|| async { "hello" })).merge(healthz_axum::routes(&registry));
    axum::serve(tokio::net::TcpListener::bind("127.0.0.1:0").await?, app).await
}
