//! The service of the examples on actix-web.

use std::{error::Error, process::ExitCode};

use actix_web::{
    App, HttpResponse, HttpServer, Responder,
    middleware::Logger,
    web::{self, Bytes, Data},
};
use example_service::Service;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if let Some(code) = healthz_probe::main() {
        return Ok(code);
    }
    serve()
}

#[actix_web::main]
async fn serve() -> Result<ExitCode, Box<dyn Error>> {
    let service = match Service::start()? {
        Ok(service) => service,
        Err(done) => return Ok(done),
    };
    let state = Data::new(service.clone());
    let app = move || {
        App::new()
            .app_data(state.clone())
            .route("/notes", web::get().to(list))
            .route("/notes", web::post().to(add))
            .route("/import", web::post().to(import))
            .service(healthz_actix::routes(state.registry()))
            .wrap(healthz_actix::quiet(state.registry(), Logger::default()))
    };

    let listener = service.listen()?;
    let shutdown = service.registry().shutdown_signal();
    let server = HttpServer::new(app).listen(listener)?.shutdown_signal(shutdown).run();
    service.registry().serve(server).await?;
    Ok(ExitCode::SUCCESS)
}

async fn list(service: Data<Service>) -> impl Responder {
    match service.notes().list().await {
        Ok(list) => HttpResponse::Ok().body(list),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

async fn add(service: Data<Service>, text: Bytes) -> impl Responder {
    match service.notes().add(&text).await {
        Ok(()) => HttpResponse::Created(),
        Err(_) => HttpResponse::ServiceUnavailable(),
    }
}

async fn import(service: Data<Service>, text: Bytes) -> impl Responder {
    service.import(&text);
    HttpResponse::Accepted()
}
