use healthz_core::Registry;
use healthz_serving::ntex::run;
use healthz_testkit::{Mount, Server};
use ntex::web::{App, HttpServer, ServiceConfig, get, scope};

fn serve(registry: &Registry, mount: Mount) -> Server {
    let registry = registry.clone();
    let app = async move || App::new().configure(|app| configure(app, &registry, mount));
    Server::start(|listener, stop| {
        run(stop, || Ok(HttpServer::new(app).workers(2).disable_signals().listen(listener)?.run()))
    })
}

fn configure(app: &mut ServiceConfig, registry: &Registry, mount: Mount) {
    nest(app, registry, mount.segments());
    let hello = || get().to(async || "hello");
    app.route("/hello", hello()).route("/healthzz", hello());
}

fn nest(app: &mut ServiceConfig, registry: &Registry, segments: &'static [&'static str]) {
    match segments {
        [] => app.service(healthz_ntex::routes(registry)),
        [outer, inner @ ..] => {
            app.service(scope(*outer).configure(|app| nest(app, registry, inner)))
        }
    };
}

healthz_testkit::contract!(http1: serve);
