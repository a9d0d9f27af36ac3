#![allow(dead_code, reason = "the README has two frameworks in one block")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let pool = sqlx::PgPool::connect_lazy(&std::env::var("DATABASE_URL")?)?;
    let builder = healthz_core::Registry::builder()
        .check("database", healthz_checks::ping(pool))
        .liveness("live", [])
        .readiness("ready", ["database"]);
    serve_warp(layers(builder)?.build()?).await;
    Ok(())
}

