use std::rc::Rc;

use actix_web::{
    HttpRequest,
    dev::{AppService, HttpServiceFactory},
    http::header::{ACCEPT, HeaderValue},
    web,
};
use healthz_core::{Registry, adapter::Request};

use crate::response::response;

/// Serves everything below the registry's prefix.
///
/// Add it to the application or to a scope: the path it answers under is then the scope's path and
/// the prefix. All workers share the registry. Each endpoint and everything else below the prefix
/// is a resource, so that whoever asks for the match pattern gets one of a few.
#[must_use]
pub fn routes(registry: &Registry) -> impl HttpServiceFactory + use<> {
    // Each worker makes the application on its own thread, in a runtime of its own.
    registry.watch_here();
    Routes(registry.clone())
}

struct Routes(Registry);

impl HttpServiceFactory for Routes {
    fn register(self, config: &mut AppService) {
        let registry = self.0;
        for path in registry.literal_paths() {
            let tail = registry.tail(&path[1..]).unwrap_or_default().into();
            resource(path, &registry, config, Tail::Known(tail));
        }
        let Some(prefix) = registry.wildcard() else { return };
        for path in [prefix.to_owned(), format!("{prefix}/")] {
            resource(path, &registry, config, Tail::Known("".into()));
        }
        resource(format!("{prefix}/{{tail:.*}}"), &registry, config, Tail::Wildcard);
    }
}

/// The tail of a resource's requests; the framework clones it for each of them.
#[derive(Clone)]
enum Tail {
    Known(Rc<str>),
    Wildcard,
}

fn resource(path: String, registry: &Registry, config: &mut AppService, tail: Tail) {
    let registry = registry.clone();
    let handler = move |request: HttpRequest| {
        let header = |name: &str| {
            let headers = request.headers();
            // Every probe asks for this one, and a name that is a text is parsed for every look-up.
            let value = if name == "accept" { headers.get(ACCEPT) } else { headers.get(name) };
            value.map(HeaderValue::as_bytes)
        };
        let tail = match &tail {
            Tail::Known(tail) => tail,
            Tail::Wildcard => sent(&request),
        };
        let asked = Request::new(request.method().as_str(), tail);
        let asked = asked.path(request.uri().path()).query(request.uri().query());
        let answer = registry.respond(asked.headers(&header));
        async move { response(answer.await) }
    };
    web::resource(path).to(handler).register(config);
}

/// Takes what the wildcard stands for from the path as it was sent.
///
/// The router's own is decoded but for the slashes, and decoding it again would read `%%34%31` as
/// `A`. The slashes in it are as many before and after.
fn sent(request: &HttpRequest) -> &str {
    let slashes = request.match_info().query("tail").matches('/').count() + 1;
    let path = request.uri().path();
    path.rmatch_indices('/').take(slashes).last().map_or("", |(at, _)| &path[at + 1..])
}
