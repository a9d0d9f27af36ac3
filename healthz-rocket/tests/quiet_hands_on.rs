//! What a fairing in `quiet` is told of besides responses: all that it asks for.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::{Arc, Mutex};

use healthz_core::Registry;
use rocket::{
    Build, Config, Data, Orbit, Request, Response, Rocket,
    config::LogLevel,
    fairing::{self, Fairing, Info, Kind},
    local::blocking::Client,
};

/// Writes down what it is told of.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<&'static str>>>);

impl Told {
    fn of(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }
}

#[rocket::async_trait]
impl Fairing for Told {
    fn info(&self) -> Info {
        let kind = Kind::Ignite | Kind::Liftoff | Kind::Request | Kind::Response | Kind::Shutdown;
        Info { name: "told", kind }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        self.of("ignite");
        Ok(rocket)
    }

    async fn on_liftoff(&self, _: &Rocket<Orbit>) {
        self.of("liftoff");
    }

    async fn on_request(&self, _: &mut Request<'_>, _: &mut Data<'_>) {
        self.of("request");
    }

    async fn on_response<'r>(&self, _: &'r Request<'_>, _: &mut Response<'r>) {
        self.of("response");
    }

    async fn on_shutdown(&self, _: &Rocket<Orbit>) {
        self.of("shutdown");
    }
}

#[test]
fn a_fairing_in_quiet_is_told_of_all_but_the_responses_to_healthy_probes() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let told = Told::default();
    let config = Config { log_level: LogLevel::Off, ..Config::release_default() };
    let app = rocket::custom(config)
        .mount("/", healthz_rocket::routes(&registry))
        .attach(healthz_rocket::quiet(&registry, told.clone()));
    let client = Client::untracked(app).unwrap();
    assert_eq!(client.get("/healthz/live").dispatch().status().code, 200);
    assert_eq!(client.get("/nowhere").dispatch().status().code, 404);
    let _ = client.terminate();
    let told = told.0.lock().unwrap();
    assert_eq!(*told, ["ignite", "liftoff", "request", "request", "response", "shutdown"]);
}
