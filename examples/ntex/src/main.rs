//! The service of the examples on ntex.

use std::{error::Error, process::ExitCode};

use example_service::Service;
use ntex::{
    util::Bytes,
    web::{self, App, HttpResponse, HttpServer, Responder, middleware::Logger, types::State},
};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if let Some(code) = healthz_probe::main() {
        return Ok(code);
    }
    serve()
}

#[ntex::main]
async fn serve() -> Result<ExitCode, Box<dyn Error>> {
    let service = match Service::start()? {
        Ok(service) => service,
        Err(done) => return Ok(done),
    };
    let state = service.clone();
    let app = async move || {
        App::new()
            .state(state.clone())
            .route("/notes", web::get().to(list))
            .route("/notes", web::post().to(add))
            .route("/import", web::post().to(import))
            .service(healthz_ntex::routes(state.registry()))
            .middleware(healthz_ntex::quiet(state.registry(), Logger::default()))
    };

    let listener = service.listen()?;
    let server = HttpServer::new(app).listen(listener)?.disable_signals().run();
    let (shutdown, stopping) = (service.registry().shutdown_signal(), server.clone());
    ntex::rt::spawn(async move {
        shutdown.await;
        stopping.stop(true).await;
    });
    service.registry().serve(server).await?;
    Ok(ExitCode::SUCCESS)
}

async fn list(service: State<Service>) -> impl Responder {
    match service.notes().list().await {
        Ok(list) => HttpResponse::Ok().body(list),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

async fn add(service: State<Service>, text: Bytes) -> impl Responder {
    match service.notes().add(&text).await {
        Ok(()) => HttpResponse::Created().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

async fn import(service: State<Service>, text: Bytes) -> impl Responder {
    service.import(&text);
    HttpResponse::Accepted().finish()
}
