//! The service of the examples on warp.

use std::{error::Error, process::ExitCode};

use example_service::Service;
use warp::{Filter, http::StatusCode, hyper::body::Bytes};

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
    let state = service.clone();
    let state = warp::any().map(move || state.clone());
    let text = warp::post().and(warp::body::bytes());
    let notes = warp::path!("notes").and(state.clone());
    let app = notes
        .clone()
        .and(warp::get())
        .then(list)
        .or(notes.and(text).then(add))
        .or(warp::path!("import").and(state).and(text).then(import))
        .or(healthz_warp::routes(service.registry()))
        .with(warp::wrap_fn(healthz_warp::log(service.registry(), "notes")));

    let listener = tokio::net::TcpListener::from_std(service.listen()?)?;
    let shutdown = service.registry().shutdown_signal();
    let server = warp::serve(app).incoming(listener).graceful(shutdown).run();
    service.registry().serve(server).await;
    Ok(ExitCode::SUCCESS)
}

async fn list(service: Service) -> Result<String, StatusCode> {
    service.notes().list().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}

async fn add(service: Service, text: Bytes) -> StatusCode {
    match service.notes().add(&text).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn import(service: Service, text: Bytes) -> StatusCode {
    service.import(&text);
    StatusCode::ACCEPTED
}
