//! The service of the examples on warp.

use std::error::Error;

use example_service::{Notes, Service};
use warp::{Filter, http::StatusCode, hyper::body::Bytes};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Some(service) = Service::start()? else { return Ok(()) };
    let notes = service.notes().clone();
    let notes = warp::path!("notes").map(move || notes.clone());
    let list = notes.clone().and(warp::get()).then(list);
    let add = notes.and(warp::post()).and(warp::body::bytes()).then(add);
    let app = list.or(add).or(healthz_warp::routes(service.registry()));

    let listener = tokio::net::TcpListener::from_std(service.listen()?)?;
    warp::serve(app).incoming(listener).run().await;
    Ok(())
}

async fn list(notes: Notes) -> Result<String, StatusCode> {
    notes.list().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}

async fn add(notes: Notes, text: Bytes) -> StatusCode {
    match notes.add(&text).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
