//! The service of the examples on Rocket.

use std::{error::Error, future::pending, process::ExitCode};

use example_service::Service;
use rocket::{Config, State, fairing::AdHoc, get, http::Status, post, routes};

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
    // Rocket's own lines come through `log`, and there is one for each request before its route is
    // known.
    log::set_max_level(log::LevelFilter::Error);
    let access_log = AdHoc::on_response("access log", |request, response| {
        Box::pin(async move {
            let (method, uri, status) = (request.method(), request.uri(), response.status().code);
            tracing::info!(target: "notes", "{method} {uri} {status}");
        })
    });
    let announcing = service.clone();
    let listening = AdHoc::on_liftoff("listening", move |rocket| {
        let config = rocket.config();
        if let Err(error) = announcing.announce((config.address, config.port).into()) {
            tracing::warn!(%error, "nobody reads where it listens");
        }
        Box::pin(async {})
    });

    // Rocket binds by itself, and waits for signals unless it is told not to.
    let address = service.address();
    let mut config = Config::release_default();
    (config.address, config.port) = (address.ip(), address.port());
    config.shutdown.ctrlc = false;
    config.shutdown.signals.clear();
    // Not less than the registry's stop limit, or Rocket cuts requests off before, and says
    // nothing.
    config.shutdown.grace = 5;
    let app = rocket::custom(config)
        .manage(service.clone())
        .mount("/", routes![list, add, import])
        .mount("/", healthz_rocket::routes(service.registry()))
        .attach(healthz_rocket::quiet(service.registry(), access_log))
        .attach(listening);
    let app = app.ignite().await?;
    let (signal, shutdown) = (service.registry().shutdown_signal(), app.shutdown());
    // In one task: Rocket may cut off what is out if it is told from another.
    let server = Box::pin(async {
        tokio::select! {
            ended = app.launch() => ended.map(drop),
            never = async { signal.await; shutdown.notify(); pending().await } => never,
        }
    });
    service.registry().serve(server).await?;
    Ok(ExitCode::SUCCESS)
}

#[get("/notes")]
async fn list(service: &State<Service>) -> Result<String, Status> {
    service.notes().list().await.map_err(|_| Status::ServiceUnavailable)
}

#[post("/notes", data = "<text>")]
async fn add(service: &State<Service>, text: Vec<u8>) -> Status {
    match service.notes().add(&text).await {
        Ok(()) => Status::Created,
        Err(_) => Status::ServiceUnavailable,
    }
}

#[post("/import", data = "<text>")]
fn import(service: &State<Service>, text: &[u8]) -> Status {
    service.import(text);
    Status::Accepted
}
