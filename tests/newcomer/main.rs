//! A newcomer's first hour: an application in another folder, written from the lines of the README,
//! with a real database and a real cache.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what helps a test fails it with a panic as the test does")]

mod app;
mod readme;

use app::App;

#[test]
fn the_readmes_lines_are_a_service_on_three_frameworks() {
    let (Some(mut database), Some(mut cache)) = (app::postgres(), app::redis()) else { return };
    // The servers are started later, because they do not live long.
    let app = App::write();
    app.builds();
    app::start_postgres(&mut database);
    app::start_redis(&mut cache);

    let mut service = app.serve("axum", &database, &cache);
    service.is_ready();
    database.stop();
    assert_eq!(service.answer("/healthz/ready"), readme::answer());
    assert_eq!(service.answer("/healthz/live").lines().next(), Some("HTTP/1.1 200 OK"));
    service.says(&readme::log_line());
    service.ends();
    app::start_postgres(&mut database);

    let mut service = app.serve("actix", &database, &cache);
    service.is_ready();
    cache.stop();
    let report = service.answer("/healthz/ready?format=text");
    assert!(report.contains("[+]database ok") && report.contains("[~]cache"), "{report}");
    service.ends();

    let mut refused =
        app.serve_with("warp", &database, &cache, ("HEALTHZ__CHECKS__DATABASE__TIMOUT", "1s"));
    refused.refuses_because("HEALTHZ__CHECKS__DATABASE__TIMOUT");
    let (name, value) = ("HEALTHZ__CHECKS__DATABASE__TIMEOUT", "1s");
    let mut service = app.serve_with("warp", &database, &cache, (name, value));
    service.is_ready();
    service.ends();
}
