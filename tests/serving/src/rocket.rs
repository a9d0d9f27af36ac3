use std::io;

use healthz_testkit::Server;
use rocket::{Build, Config, Rocket, config::LogLevel, fairing::AdHoc};
use tokio::select;

/// A free port, no lines of Rocket's own, and the signals are the test's.
#[must_use]
pub fn config() -> Config {
    let mut config = Config { port: 0, log_level: LogLevel::Off, ..Config::release_default() };
    config.shutdown.ctrlc = false;
    config
}

/// Serves it until the end of the test.
#[must_use]
pub fn run(app: Rocket<Build>) -> Server {
    Server::start_bound(|bound, stop| async move {
        let liftoff = AdHoc::on_liftoff("bound", move |rocket| {
            let config = rocket.config();
            bound.to((config.address, config.port).into());
            Box::pin(async {})
        });
        select! {
            result = app.attach(liftoff).launch() => result.map(drop).map_err(io::Error::other),
            () = stop.wanted() => Ok(()),
        }
    })
}
