use std::io::Cursor;

use healthz_core::{
    Registry,
    adapter::{self, Answer},
};
use rocket::{
    Data, Request, Response, Route,
    http::{
        Header,
        Method::{self, Connect, Delete, Get, Head, Options, Patch, Post, Put, Trace},
        Status,
    },
    outcome::Outcome,
    route::{self, Handler},
};

/// All that Rocket knows; it answers 400 to every other.
const METHODS: [Method; 9] = [Get, Head, Options, Post, Put, Delete, Patch, Trace, Connect];

/// Serves everything below the registry's prefix.
///
/// Mount it: the path it answers under is then the base and the prefix. The routes have Rocket's
/// default ranks, so a route of the application that is at the same path fails at launch, and one
/// with a dynamic segment before the prefix comes after them.
#[must_use]
pub fn routes(registry: &Registry) -> Vec<Route> {
    let below = registry.wildcard().map(|prefix| format!("{prefix}/<tail..>"));
    let paths: Vec<_> = registry.literal_paths().chain(below).collect();
    let route = |path: &String, method| Route::new(method, path, Health(registry.clone()));
    paths.iter().flat_map(|path| METHODS.map(|method| route(path, method))).collect()
}

#[derive(Clone)]
struct Health(Registry);

#[rocket::async_trait]
impl Handler for Health {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> route::Outcome<'r> {
        // Rocket's router leaves out empty segments and decodes the others. Core reads the path as
        // sent.
        let path = request.uri().path().as_str();
        let base = request.route().map_or("/", |route| route.uri.base()).trim_end_matches('/');
        let inner = path.strip_prefix(base).and_then(|inner| inner.strip_prefix('/'));
        let Some(tail) = inner.and_then(|inner| self.0.tail(inner)) else {
            return Outcome::Forward((data, Status::NotFound));
        };
        let header = |name: &str| request.headers().get_one(name).map(str::as_bytes);
        let query = request.uri().query().map(|query| query.as_str());
        let asked = adapter::Request::new(request.method().as_str(), tail).path(path).query(query);
        Outcome::Success(response(self.0.respond(asked.headers(&header)).await))
    }
}

/// The answer in Rocket's types; Rocket leaves the body out for HEAD.
fn response(answer: Answer) -> Response<'static> {
    let mut response = Response::new();
    response.set_status(Status::new(answer.code()));
    for &(name, value) in answer.headers().fields() {
        response.set_header(Header::new(name, value));
    }
    response.set_sized_body(answer.body().len(), Cursor::new(answer.into_body()));
    response
}
