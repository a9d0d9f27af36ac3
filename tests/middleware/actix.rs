use std::{sync::Arc, time::Duration};

use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header::CONTENT_LENGTH},
    middleware::{Condition, Next, NormalizePath, TrailingSlash, from_fn},
    web::{get, scope},
};
use healthz_core::Registry;
use healthz_serving::actix::{Ends, run};
use healthz_testkit::Server;
use tokio::{sync::Semaphore, time::timeout};

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
    let (registry, permit) = (registry.clone(), Arc::new(Semaphore::new(1)));
    let hello = if middleware == Middleware::Slashes { "/hello/" } else { "/hello" };
    let slashes = move || {
        let appends = NormalizePath::new(TrailingSlash::Always);
        Condition::new(middleware == Middleware::Slashes, appends)
    };
    let rest = move || {
        let held = held.clone();
        let rest = scope("").route(hello, get().to(async || "hello"));
        rest.route("/held", get().to(move || held.clone().hold()))
    };
    let within = move |request, next| within(middleware, permit.clone(), request, next);
    match around {
        Around::TheRest => run(2, Ends::AtOnce, move || {
            let rest = rest().wrap(slashes()).wrap(from_fn(within.clone()));
            App::new().service(healthz_actix::routes(&registry)).service(rest)
        }),
        Around::Everything => run(2, Ends::AtOnce, move || {
            let app = App::new().service(healthz_actix::routes(&registry)).service(rest());
            app.wrap(slashes()).wrap(from_fn(within.clone()))
        }),
    }
}

async fn within<B: MessageBody + 'static>(
    middleware: Middleware,
    permit: Arc<Semaphore>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, Error> {
    let answered = |request: ServiceRequest, status| {
        Ok(request.into_response(HttpResponse::new(StatusCode::from_u16(status).unwrap())))
    };
    let mut held = None;
    match middleware {
        Middleware::Auth => return answered(request, 401),
        Middleware::BodyLimit if length(&request) > BODY => return answered(request, 413),
        Middleware::Concurrency => held = permit.acquire().await.ok(),
        Middleware::Cors if request.method() == Method::OPTIONS => return answered(request, 200),
        Middleware::LoadShed | Middleware::RateLimit => match permit.try_acquire() {
            Ok(only) if middleware == Middleware::RateLimit => only.forget(),
            Ok(only) => held = Some(only),
            Err(_) if middleware == Middleware::RateLimit => return answered(request, 429),
            Err(_) => return answered(request, 503),
        },
        Middleware::BodyLimit | Middleware::Cors | Middleware::Slashes | Middleware::Timeout => {}
    }
    let limit = if middleware == Middleware::Timeout { MOMENT } else { Duration::MAX };
    let response = timeout(limit, next.call(request)).await;
    drop(held);
    let response = response.map_err(|_| actix_web::error::ErrorRequestTimeout("too late"))??;
    Ok(response.map_into_boxed_body())
}

fn length(request: &ServiceRequest) -> usize {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or_default()
}

counted!(serve_counted);

fn serve_counted(registry: &Registry, counts: Counts, counted: Counted) -> Server {
    let registry = registry.clone();
    let metrics = move |request, next| count(counts.clone(), counted, request, next);
    let app = |registry: &_| App::new().service(healthz_actix::routes(registry));
    match counted {
        Counted::InQuiet => run(2, Ends::AtOnce, move || {
            app(&registry).wrap(healthz_actix::quiet(&registry, from_fn(metrics.clone())))
        }),
        Counted::All | Counted::UnlessQuiet => {
            run(2, Ends::AtOnce, move || app(&registry).wrap(from_fn(metrics.clone())))
        }
    }
}

async fn count<B: MessageBody>(
    counts: Counts,
    counted: Counted,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let _in_flight = counts.begin();
    let response = next.call(request).await?;
    if counted != Counted::UnlessQuiet || !healthz_actix::is_quiet(response.response()) {
        let route = response.request().match_pattern();
        counts.end(route.as_deref(), response.status().as_u16());
    }
    Ok(response)
}
