use healthz_core::Registry;
use healthz_serving::poem::run;
use healthz_testkit::Server;
use poem::{
    Endpoint, EndpointExt, Middleware as PoemMiddleware, PathPattern, Request, Response, Result,
    Route,
    endpoint::{BoxEndpoint, make_sync},
    get,
    http::StatusCode,
    middleware::{Cors, NormalizePath, SizeLimit, TrailingSlash},
};

use crate::{
    counted::{Counted, Counts, counted},
    mounted::{Around, BODY, Held, Middleware, mounted},
};

mounted!(serve:
    auth Auth
    body_limit BodyLimit
    cors Cors
    slashes Slashes
);

fn serve(registry: &Registry, middleware: Middleware, around: Around, _: Held) -> Server {
    let ours = healthz_poem::routes(registry);
    let hello = if middleware == Middleware::Slashes { "/hello/" } else { "/hello" };
    let rest = |app: Route| app.at(hello, get(make_sync(|_| "hello")));
    match around {
        Around::TheRest => run(ours.nest("/", within(middleware, rest(Route::new())))),
        Around::Everything => run(within(middleware, rest(ours))),
    }
}

fn within(middleware: Middleware, app: Route) -> BoxEndpoint<'static> {
    match middleware {
        Middleware::Auth => app.around(async |_, _| Ok(StatusCode::UNAUTHORIZED.into())).boxed(),
        Middleware::BodyLimit => app.with(SizeLimit::new(BODY)).map_to_response().boxed(),
        Middleware::Cors => app.with(Cors::new()).map_to_response().boxed(),
        Middleware::Slashes => app.with(NormalizePath::new(TrailingSlash::Always)).boxed(),
        other => unreachable!("poem has no {other:?}"),
    }
}

/// A probe has no body and says no length.
#[test]
fn inside_a_body_limit_every_probe_is_refused() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let server = serve(&registry, Middleware::BodyLimit, Around::Everything, Held::default());
    assert_eq!(server.get("/healthz/live").status(), 411);
}

counted!(serve_counted);

fn serve_counted(registry: &Registry, counts: Counts, counted: Counted) -> Server {
    let ours = healthz_poem::routes(registry);
    let metrics = Metrics { counts, all: counted != Counted::UnlessQuiet };
    match counted {
        Counted::InQuiet => run(ours.with(healthz_poem::quiet(registry, metrics))),
        Counted::All | Counted::UnlessQuiet => run(ours.with(metrics)),
    }
}

#[derive(Clone)]
struct Metrics {
    counts: Counts,
    all: bool,
}

struct Measured<E> {
    inner: E,
    metrics: Metrics,
}

impl<E: Endpoint> PoemMiddleware<E> for Metrics {
    type Output = Measured<E>;

    fn transform(&self, inner: E) -> Measured<E> {
        Measured { inner, metrics: self.clone() }
    }
}

impl<E: Endpoint> Endpoint for Measured<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let Metrics { counts, all } = &self.metrics;
        let _in_flight = counts.begin();
        let response = self.inner.get_response(request).await;
        if *all || !healthz_poem::is_quiet(&response) {
            let route = response.data::<PathPattern>().map(|pattern| &*pattern.0);
            counts.end(route, response.status().as_u16());
        }
        Ok(response)
    }
}
