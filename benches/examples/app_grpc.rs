//! The application with our probes, and with `grpc.health.v1` on the same port.

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
    let app = Router::new()
        .route("/", get(|| async { "hello" }))
        .merge(healthz_axum::routes(&registry))
        .merge(healthz_grpc::routes(&registry));
    axum::serve(tokio::net::TcpListener::bind("127.0.0.1:0").await?, app).await
}
