use healthz_core::Registry;
use healthz_serving::rocket::{config, run};
use healthz_testkit::{FakeCheck, Mount, Server};
use rocket::{
    Config, Data, Error, Request, Route,
    config::Ident,
    error::ErrorKind,
    http::Method,
    route::{self, BoxFuture},
    shield::Shield,
};
use tokio::runtime::Runtime;

fn serve(registry: &Registry, mount: Mount) -> Server {
    let base = format!("/{}", mount.segments().join("/"));
    let config = Config { ident: Ident::none(), ..config() };
    // What Rocket adds to every answer is the application's to leave out.
    let app = rocket::custom(config)
        .attach(Shield::new())
        .mount(base, healthz_rocket::routes(registry))
        .mount("/", ["/hello", "/healthzz"].map(|path| Route::new(Method::Get, path, hello)));
    run(app)
}

fn hello<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move { route::Outcome::from(request, "hello") })
}

healthz_testkit::contract!(serve, not_kept: [methods::unknown_methods_are_405]);

#[test]
fn an_unknown_method_is_rockets_own_400() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let response = serve(&registry, Mount::TOP).ask("PROPFIND", "/healthz/live");
    assert_eq!(response.status(), 400);
    assert_ne!(response.header("content-type"), Some("application/problem+json"));
}

#[test]
fn a_body_that_is_announced_is_waited_for() {
    let check = FakeCheck::passing();
    let registry = Registry::builder().endpoint("ready", check.clone()).build().unwrap();
    let server = serve(&registry, Mount::TOP);
    let mut connection = server.connect();
    connection.send("GET /healthz/ready HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n");
    // Whoever came later has an answer.
    for _ in 0..20 {
        assert_eq!(server.get("/healthz/ready").status(), 200);
    }
    assert_eq!(check.runs(), 20);
    connection.send("body");
    assert_eq!((connection.receive().status(), check.runs()), (200, 21));
}

#[test]
fn shield_and_ident_add_their_fields_as_everywhere() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let server = run(rocket::custom(config()).mount("/", healthz_rocket::routes(&registry)));
    let response = server.get("/healthz/live");
    assert_eq!(response.header("server"), Some("Rocket"));
    assert!(response.header("x-frame-options").is_some() && response.status() == 200);
}

/// Rocket's router takes `//` for `/`, so such a path comes to ours first.
#[test]
fn a_path_that_only_rocket_takes_for_ours_is_left_to_other_routes() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let others = [Route::ranked(100, Method::Get, "/<_..>", hello)];
    let app = rocket::custom(config()).mount("/", healthz_rocket::routes(&registry));
    let server = run(app.mount("/", others));
    assert_eq!(server.get("//healthz/live").body(), "hello");
    assert_eq!(server.get("/healthz/live").header("cache-control"), Some("no-store"));
}

/// No route is taken away silently, and none of ours is.
#[test]
fn a_second_route_at_an_endpoint_fails_at_launch() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    for path in ["/healthz/live", "/healthz/<name>"] {
        let app = rocket::custom(config()).mount("/", healthz_rocket::routes(&registry));
        let app = app.mount("/", [Route::new(Method::Get, path, hello)]);
        let ignited = Runtime::new().unwrap().block_on(app.ignite());
        let collides = |error: Error| matches!(error.kind(), ErrorKind::Collisions(_));
        assert!(ignited.is_err_and(collides), "{path} was taken");
    }
}
