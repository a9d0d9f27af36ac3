//! The smallest service: one check of its own, no database.

use axum::{Router, routing::get};
use healthz_axum::core::Registry;

mod room;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (jobs, _worker) = tokio::sync::mpsc::channel::<String>(100);
    let registry = Registry::builder()
        .check("queue", room::room(jobs))
        .liveness("live", [])
        .readiness("ready", ["queue"])
        .build()?;
    let app =
        Router::new().route("/", get(|| async { "hello" })).merge(healthz_axum::routes(&registry));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    let server = axum::serve(listener, app).with_graceful_shutdown(registry.shutdown_signal());
    registry.serve(server).await?;
    Ok(())
}
