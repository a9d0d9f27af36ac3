use std::time::Duration;

use axum::{
    Router,
    error_handling::HandleErrorLayer,
    extract::{MatchedPath, Request},
    http::StatusCode,
    middleware::{Next, from_fn},
    routing::get,
};
use healthz_core::Registry;
use healthz_serving::axum::{run, run_made};
use healthz_testkit::Server;
use tower::{
    BoxError, Layer, ServiceBuilder, limit::GlobalConcurrencyLimitLayer, load_shed::LoadShedLayer,
};
use tower_http::{
    cors::CorsLayer, limit::RequestBodyLimitLayer, normalize_path::NormalizePathLayer,
    timeout::TimeoutLayer,
};

use crate::{
    counted::{Counted, Counts, counted},
    mounted::{Around, BODY, Held, MOMENT, Middleware, mounted},
};

mounted!(serve:
    auth Auth
    body_limit BodyLimit
    cors Cors
    load_shed LoadShed
    rate_limit RateLimit
    slashes Slashes
    timeout Timeout
);
mounted!(waiting serve: concurrency_limit Concurrency);

fn serve(registry: &Registry, middleware: Middleware, around: Around, held: Held) -> Server {
    let ours = healthz_axum::routes(registry);
    run_made(move || {
        let hello = if middleware == Middleware::Slashes { "/hello/" } else { "/hello" };
        let rest = Router::new().route(hello, get(async || "hello"));
        let rest = rest.route("/held", get(move || held.hold()));
        match around {
            Around::TheRest => within(middleware, rest).merge(ours),
            Around::Everything => within(middleware, rest.merge(ours)),
        }
    })
}

fn within(middleware: Middleware, router: Router) -> Router {
    let shed = || HandleErrorLayer::new(async |_: BoxError| StatusCode::SERVICE_UNAVAILABLE);
    match middleware {
        Middleware::Auth => {
            router.layer(from_fn(async |_: Request, _: Next| StatusCode::UNAUTHORIZED))
        }
        Middleware::BodyLimit => router.layer(RequestBodyLimitLayer::new(BODY)),
        Middleware::Concurrency => router.layer(GlobalConcurrencyLimitLayer::new(1)),
        Middleware::Cors => router.layer(CorsLayer::permissive()),
        Middleware::LoadShed => {
            let shed = ServiceBuilder::new().layer(shed()).layer(LoadShedLayer::new());
            router.layer(shed.layer(GlobalConcurrencyLimitLayer::new(1)))
        }
        // A layer of a router is made anew for every request of a handler, and counts none.
        Middleware::RateLimit => {
            let refused = async |_: BoxError| StatusCode::TOO_MANY_REQUESTS;
            let limited = ServiceBuilder::new().layer(HandleErrorLayer::new(refused)).buffer(8);
            let limited = limited.load_shed().rate_limit(1, Duration::from_secs(3600));
            Router::new().fallback_service(limited.service(router))
        }
        Middleware::Slashes => {
            let appended = NormalizePathLayer::append_trailing_slash().layer(router);
            Router::new().fallback_service(appended)
        }
        Middleware::Timeout => {
            router.layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MOMENT))
        }
    }
}

counted!(serve_counted);

fn serve_counted(registry: &Registry, counts: Counts, counted: Counted) -> Server {
    let ours = healthz_axum::routes(registry);
    let metrics = from_fn(move |route: Option<MatchedPath>, request: Request, next: Next| {
        let counts = counts.clone();
        async move {
            let _in_flight = counts.begin();
            let response = next.run(request).await;
            if counted != Counted::UnlessQuiet || !healthz_axum::is_quiet(&response) {
                let route = route.as_ref().map(MatchedPath::as_str);
                counts.end(route, response.status().as_u16());
            }
            response
        }
    });
    let app = match counted {
        Counted::InQuiet => ours.layer(healthz_axum::quiet(registry, metrics)),
        Counted::All | Counted::UnlessQuiet => ours.layer(metrics),
    };
    run(app)
}
