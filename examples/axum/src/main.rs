//! The service of the examples on axum.

use std::error::Error;

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::get};
use example_service::{Notes, Service};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Some(service) = Service::start()? else { return Ok(()) };
    let app = Router::new()
        .route("/notes", get(list).post(add))
        .with_state(service.notes().clone())
        .merge(healthz_axum::routes(service.registry()));

    let listener = tokio::net::TcpListener::from_std(service.listen()?)?;
    axum::serve(listener, app).await?;
    Ok(())
}

async fn list(State(notes): State<Notes>) -> Result<String, StatusCode> {
    notes.list().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}

async fn add(State(notes): State<Notes>, text: Bytes) -> StatusCode {
    match notes.add(&text).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
