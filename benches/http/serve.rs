//! The servers: `FRAMEWORK STATE`, each the same small application.

use std::{
    io::{self, Read, Write},
    net::TcpListener,
    process, thread,
};

use axum::{Router, routing::get};
use healthz_benches::{
    bare,
    state::{State, settle},
};
use healthz_core::Registry;
use tower_http::trace::TraceLayer;
use warp::Filter;

use crate::slow::{hung, runs, slow};

/// Serves a case until the standard input ends.
pub(crate) fn serve(case: &str) -> io::Result<()> {
    rlimit::increase_nofile_limit(16_384)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (framework, state) = case.split_once(' ').unwrap_or((case, ""));
        let mut registry = State::parse(state).map(State::registry);
        if let Some(registry) = &registry {
            settle(registry).await;
        }
        match state {
            "ten-of-10-ms" => registry = Some(slow(10, 10)),
            "one-of-50-ms" => registry = Some(slow(1, 50)),
            "hung" => registry = Some(hung()),
            _ => {}
        }
        writeln!(io::stdout(), "{}", listener.local_addr()?.port())?;
        match framework {
            "axum" if matches!(state, "logged" | "quiet") => {
                logged(listener, state == "quiet").await
            }
            "axum" => axum(listener, registry).await,
            "actix" => actix(listener, registry).await,
            "warp" => warp(listener, registry).await,
            #[cfg(feature = "peers")]
            "axum-health" | "health-checks" => {
                crate::peers::serve(listener, framework, state).await
            }
            _ => Err(io::Error::other("no such case")),
        }
    })
}

async fn axum(listener: TcpListener, registry: Option<Registry>) -> io::Result<()> {
    let routes = registry.map_or_else(bare::axum::routes, |r| healthz_axum::routes(&r));
    let runs = get(|| async { runs().to_string() });
    let app = routes.route("/", get(|| async { "hello" })).route("/runs", runs);
    serve_axum(listener, app).await
}

/// Every request is logged, by tower-http and to nowhere, with our wrapper around it or without.
async fn logged(listener: TcpListener, quiet: bool) -> io::Result<()> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(io::sink).init();
    let registry = State::Live.registry();
    let app = healthz_axum::routes(&registry).route("/", get(|| async { "hello" }));
    let log = TraceLayer::new_for_http();
    let app = if quiet { app.layer(healthz_axum::quiet(&registry, log)) } else { app.layer(log) };
    serve_axum(listener, app).await
}

pub(crate) async fn serve_axum(listener: TcpListener, app: Router) -> io::Result<()> {
    axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await
}

async fn actix(listener: TcpListener, registry: Option<Registry>) -> io::Result<()> {
    use actix_web::{App, HttpServer, web};
    let server = HttpServer::new(move || {
        let app = App::new().configure(|app| {
            match &registry {
                Some(registry) => app.service(healthz_actix::routes(registry)),
                None => app.service(bare::actix::routes()),
            };
        });
        app.route("/", web::get().to(|| async { "hello" }))
    });
    server.workers(1).disable_signals().listen(listener)?.run().await
}

async fn warp(listener: TcpListener, registry: Option<Registry>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let hello = warp::path::end().map(|| "hello");
    match registry {
        Some(registry) => {
            let app = healthz_warp::routes(&registry).or(hello);
            warp::serve(app).incoming(listener).run().await;
        }
        None => warp::serve(bare::warp::routes().or(hello)).incoming(listener).run().await,
    }
    Ok(())
}
