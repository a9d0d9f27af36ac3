use std::convert::Infallible;

use healthz_core::Registry;
use healthz_serving as serving;
use healthz_testkit::Server;
use http::Request;
use hyper::body::Incoming;
use tower::{
    Layer, ServiceExt, limit::GlobalConcurrencyLimitLayer, load_shed::LoadShedLayer, service_fn,
    util::BoxCloneSyncService,
};
use tower_http::timeout::TimeoutLayer;
use warp::{
    Filter, Rejection, Reply,
    filters::BoxedFilter,
    http::StatusCode,
    reply::{Response, with_status},
};

use crate::mounted::{Around, BODY, Held, MOMENT, Middleware, mounted};

mounted!(serve:
    auth Auth
    body_limit BodyLimit
    cors Cors
);
mounted!(serve_service:
    load_shed LoadShed
    timeout Timeout
);
mounted!(waiting serve_service: concurrency_limit Concurrency);

fn serve(registry: &Registry, middleware: Middleware, around: Around, held: Held) -> Server {
    let ours = healthz_warp::routes(registry);
    let rest = rest(held);
    serving::warp::run(match around {
        Around::TheRest => ours.or(within(middleware, rest)).unify().boxed(),
        Around::Everything => within(middleware, ours.or(rest).unify().boxed()),
    })
}

/// A layer of tower is around all of warp, so the endpoints are asked before it.
fn serve_service(
    registry: &Registry,
    middleware: Middleware,
    around: Around,
    held: Held,
) -> Server {
    match around {
        Around::TheRest => {
            let (ours, rest) = (healthz_tower::routes(registry), layered(middleware, rest(held)));
            serving::hyper::run(service_fn(move |request: Request<Incoming>| {
                let (answer, rest) = (ours.answer(&request), rest.clone());
                async move {
                    match answer {
                        Some(answer) => answer.await,
                        None => rest.oneshot(request).await,
                    }
                }
            }))
        }
        Around::Everything => {
            let all = healthz_warp::routes(registry).or(rest(held)).unify().boxed();
            serving::hyper::run(layered(middleware, all))
        }
    }
}

type Service = BoxCloneSyncService<Request<Incoming>, Response, Infallible>;

fn layered(middleware: Middleware, app: BoxedFilter<(Response,)>) -> Service {
    let app = warp::service(app);
    let one = GlobalConcurrencyLimitLayer::new(1);
    match middleware {
        Middleware::Concurrency => Service::new(one.layer(app)),
        Middleware::LoadShed => {
            let shed = LoadShedLayer::new().layer(one.layer(app));
            Service::new(service_fn(move |request| {
                let response = shed.clone().oneshot(request);
                async move {
                    let refused = |_| StatusCode::SERVICE_UNAVAILABLE.into_response();
                    Ok(response.await.unwrap_or_else(refused))
                }
            }))
        }
        Middleware::Timeout => {
            let status = StatusCode::REQUEST_TIMEOUT;
            Service::new(TimeoutLayer::with_status_code(status, MOMENT).layer(app))
        }
        other => unreachable!("{other:?} is a filter of warp's own"),
    }
}

fn rest(held: Held) -> BoxedFilter<(Response,)> {
    let hello = warp::path!("hello").and(warp::get()).map(|| "hello");
    let held = warp::path!("held").then(move || held.clone().hold());
    hello.or(held).unify().map(Reply::into_response).boxed()
}

/// A probe has no body and says no length.
#[test]
fn inside_a_body_limit_every_probe_is_refused() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let server = serve(&registry, Middleware::BodyLimit, Around::Everything, Held::default());
    assert_eq!(server.get("/healthz/live").status(), 411);
}

fn within(middleware: Middleware, app: BoxedFilter<(Response,)>) -> BoxedFilter<(Response,)> {
    match middleware {
        Middleware::Auth => {
            let known = warp::header::exact("authorization", "yes");
            known.and(app).recover(refuse).map(Reply::into_response).boxed()
        }
        Middleware::BodyLimit => {
            let limit = warp::body::content_length_limit(BODY as u64);
            limit.and(app).boxed()
        }
        Middleware::Cors => {
            let cors = warp::cors().allow_any_origin().allow_method("GET");
            app.with(cors).map(Reply::into_response).boxed()
        }
        other => unreachable!("warp has no {other:?}"),
    }
}

async fn refuse(_: Rejection) -> Result<impl Reply, Infallible> {
    Ok(with_status("who are you?", StatusCode::UNAUTHORIZED))
}
