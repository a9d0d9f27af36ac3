//! The application with the probes of axum-health, with one check.

use axum::{Router, routing::get};
use axum_health::prelude::{Health, HealthDetail, HealthIndicator, health_check};
use healthz_core::async_trait;

struct Database;

#[async_trait]
impl HealthIndicator for Database {
    fn name(&self) -> String {
        "database".into()
    }

    async fn details(&self) -> HealthDetail {
        HealthDetail::up()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let app = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/health", get(health_check))
        .layer(Health::builder().with_indicator(Database).build());
    axum::serve(tokio::net::TcpListener::bind("127.0.0.1:0").await?, app).await
}
