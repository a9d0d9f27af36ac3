//! The application with the probes of health-checks, with one check.

use axum::{Router, routing::get};
use health_checks::{HealthCheckOptions, HealthCheckResult, HealthChecks, axum::RouterExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let trivial = || async { Ok(HealthCheckResult::healthy()) };
    let health = HealthChecks::builder().add_async_fn("database", trivial).build();
    let app = Router::new().route("/", get(|| async { "hello" })).map_health_checks(
        "/health",
        health,
        HealthCheckOptions::json(),
    );
    axum::serve(tokio::net::TcpListener::bind("127.0.0.1:0").await?, app).await
}
