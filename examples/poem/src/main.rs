//! The service of the examples on poem.

use std::{error::Error, process::ExitCode};

use example_service::Service;
use poem::{
    Body, EndpointExt, Result, Server, get, handler, http::StatusCode, listener::TcpAcceptor,
    middleware::Tracing, post, web::Data,
};

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
    let app = healthz_poem::routes(service.registry())
        .at("/notes", get(list).post(add))
        .at("/import", post(import))
        .data(service.clone())
        .with(healthz_poem::quiet(service.registry(), Tracing));

    let acceptor = TcpAcceptor::from_std(service.listen()?)?;
    let shutdown = service.registry().shutdown_signal();
    let server = Server::new_with_acceptor(acceptor);
    let server = server.run_with_graceful_shutdown(app, shutdown, None);
    service.registry().serve(server).await?;
    Ok(ExitCode::SUCCESS)
}

#[handler]
async fn list(Data(service): Data<&Service>) -> Result<String, StatusCode> {
    service.notes().list().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}

#[handler]
async fn add(Data(service): Data<&Service>, text: Vec<u8>) -> StatusCode {
    match service.notes().add(&text).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[handler]
async fn import(Data(service): Data<&Service>, text: Body) -> Result<StatusCode> {
    service.import(&text.into_bytes().await?);
    Ok(StatusCode::ACCEPTED)
}
