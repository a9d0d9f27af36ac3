use std::convert::Infallible;

use healthz_core::Registry;
use healthz_serving as serving;
use healthz_testkit::Server;
use http::Request;
use hyper::body::Incoming;
use tower::{Layer, ServiceExt, service_fn};
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
mounted!(serve_service: timeout Timeout);

fn serve(registry: &Registry, middleware: Middleware, around: Around, held: Held) -> Server {
    let ours = healthz_warp::routes(registry);
    let rest = rest(held);
    serving::warp::run(match around {
        Around::TheRest => ours.or(within(middleware, rest)).unify().boxed(),
        Around::Everything => within(middleware, ours.or(rest).unify().boxed()),
    })
}

/// A layer of tower is around all of warp, so the endpoints are asked before it.
fn serve_service(registry: &Registry, _: Middleware, around: Around, held: Held) -> Server {
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MOMENT);
    let ours = healthz_warp::routes(registry);
    let within = |app| timeout.layer(warp::service(app));
    match around {
        Around::TheRest => {
            let (ours, rest) = (healthz_tower::routes(registry), within(rest(held)));
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
        Around::Everything => serving::hyper::run(within(ours.or(rest(held)).unify().boxed())),
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
