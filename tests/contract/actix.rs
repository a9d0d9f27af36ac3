use actix_web::{
    App, HttpServer,
    web::{ServiceConfig, get, scope},
};
use healthz_core::Registry;
use healthz_testkit::{Mount, Server};

fn serve(registry: &Registry, mount: Mount) -> Server {
    let registry = registry.clone();
    let app = move || {
        let hello = || get().to(async || "hello");
        App::new()
            .configure(|app| nest(app, &registry, mount.segments()))
            .route("/hello", hello())
            .route("/healthzz", hello())
    };
    Server::start(|listener, stop| async move {
        let server = HttpServer::new(app).workers(2).disable_signals().listen(listener)?.run();
        let handle = server.handle();
        let running = tokio::spawn(server);
        stop.wanted().await;
        handle.stop(false).await;
        running.await?
    })
}

fn nest(app: &mut ServiceConfig, registry: &Registry, segments: &[&str]) {
    match segments {
        [] => app.service(healthz_actix::routes(registry)),
        [outer, inner @ ..] => {
            app.service(scope(outer).configure(|app| nest(app, registry, inner)))
        }
    };
}

healthz_testkit::contract!(serve);
