//! The service of the examples on axum.

use std::{error::Error, process::ExitCode};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use example_service::Service;
use tower_http::trace::{DefaultMakeSpan, DefaultOnResponse, TraceLayer};
use tracing::Level;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if let Some(code) = healthz_probe::main() {
        return Ok(code);
    }
    serve()
}

#[tokio::main]
async fn serve() -> Result<ExitCode, Box<dyn Error>> {
    let service = match Service::start()? {
        Ok(service) => service,
        Err(done) => return Ok(done),
    };
    let access_log = TraceLayer::new_for_http()
        .make_span_with(DefaultMakeSpan::new().level(Level::INFO))
        .on_response(DefaultOnResponse::new().level(Level::INFO));
    let health = healthz_axum::routes(service.registry())
        .layer(healthz_axum::quiet(service.registry(), access_log.clone()));
    let app = Router::new()
        .route("/notes", get(list).post(add))
        .route("/import", post(import))
        .with_state(service.clone())
        .layer(access_log)
        .merge(health);

    let listener = tokio::net::TcpListener::from_std(service.listen()?)?;
    let shutdown = service.registry().shutdown_signal();
    let server = axum::serve(listener, app).with_graceful_shutdown(shutdown);
    service.registry().serve(server).await?;
    Ok(ExitCode::SUCCESS)
}

async fn list(State(service): State<Service>) -> Result<String, StatusCode> {
    service.notes().list().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}

async fn add(State(service): State<Service>, text: Bytes) -> StatusCode {
    match service.notes().add(&text).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn import(State(service): State<Service>, text: Bytes) -> StatusCode {
    service.import(&text);
    StatusCode::ACCEPTED
}
