#![allow(dead_code, reason = "the README has two frameworks in one block")]

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let pool = sqlx::PgPool::connect_lazy(&std::env::var("DATABASE_URL")?)?;
    let cache = redis::Client::open(std::env::var("REDIS_URL")?)?;
    let cache = redis::aio::ConnectionManager::new(cache).await?;
    let registry = healthz_core::Registry::builder()
        .check("database", healthz_checks::ping(pool))
        .check("cache", healthz_core::CheckExt::optional(healthz_checks::ping(cache)))
        .liveness("live", [])
        .readiness("ready", ["database", "cache"])
        .build()?;
    serve_actix(registry).await?;
    Ok(())
}

