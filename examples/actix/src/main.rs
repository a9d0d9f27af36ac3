//! The service of the examples on actix-web.

use std::error::Error;

use actix_web::{App, HttpResponse, HttpServer, web};
use example_service::{Notes, Service};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Some(service) = Service::start()? else { return Ok(()) };
    let (notes, registry) = (service.notes().clone(), service.registry().clone());
    let app = move || {
        App::new()
            .app_data(web::Data::new(notes.clone()))
            .route("/notes", web::get().to(list))
            .route("/notes", web::post().to(add))
            .service(healthz_actix::routes(&registry))
    };

    HttpServer::new(app).listen(service.listen()?)?.run().await?;
    Ok(())
}

async fn list(notes: web::Data<Notes>) -> HttpResponse {
    match notes.list().await {
        Ok(list) => HttpResponse::Ok().body(list),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

async fn add(notes: web::Data<Notes>, text: web::Bytes) -> HttpResponse {
    match notes.add(&text).await {
        Ok(()) => HttpResponse::Created().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}
