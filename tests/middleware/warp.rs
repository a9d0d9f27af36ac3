use std::convert::Infallible;

use healthz_core::Registry;
use healthz_testkit::Server;
use tokio::{net::TcpListener, select};
use warp::{
    Filter, Rejection, Reply,
    filters::BoxedFilter,
    http::StatusCode,
    reply::{Response, with_status},
};

use crate::mounted::{Around, Held, Middleware, mounted};

mounted!(serve:
    auth Auth
    cors Cors
);

fn serve(registry: &Registry, middleware: Middleware, around: Around, _: Held) -> Server {
    let ours = healthz_warp::routes(registry);
    let rest = warp::path!("hello").and(warp::get()).map(|| "hello").map(Reply::into_response);
    let app = match around {
        Around::TheRest => ours.or(within(middleware, rest.boxed())).unify().boxed(),
        Around::Everything => within(middleware, ours.or(rest).unify().boxed()),
    };
    Server::start(|listener, stop| async move {
        let listener = TcpListener::from_std(listener)?;
        select! {
            () = warp::serve(app).incoming(listener).run() => {}
            () = stop.wanted() => {}
        }
        Ok(())
    })
}

fn within(middleware: Middleware, app: BoxedFilter<(Response,)>) -> BoxedFilter<(Response,)> {
    match middleware {
        Middleware::Auth => {
            let known = warp::header::exact("authorization", "yes");
            known.and(app).recover(refuse).map(Reply::into_response).boxed()
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
