use ::ntex::{
    Middleware, Service, ServiceCtx, SharedCfg, forward_ready,
    web::{App, HttpResponse, HttpServer, WebRequest, WebResponse, get, scope},
};
use healthz_core::Registry;
use healthz_serving::ntex::run;
use healthz_testkit::Server;

use crate::Redirect;

fn serve(registry: &Registry, redirect: Redirect) -> Server {
    let registry = registry.clone();
    let app = async move || {
        let hello = || get().to(async || "hello");
        let ours = healthz_ntex::routes(&registry);
        let (outer, inner) = match redirect {
            Redirect::AroundTheRest => (Wrapped(false), Wrapped(true)),
            Redirect::AroundEverything => (Wrapped(true), Wrapped(false)),
        };
        let rest = scope("/").middleware(inner).route("/hello", hello());
        App::new().service(ours).service(rest).middleware(outer)
    };
    Server::start(|listener, stop| {
        run(stop, || Ok(HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run()))
    })
}

/// A redirect, or nothing.
struct Wrapped(bool);

struct ToHttps<S> {
    service: S,
    redirects: bool,
}

impl<S> Middleware<S, SharedCfg> for Wrapped {
    type Service = ToHttps<S>;

    fn create(&self, service: S, _: SharedCfg) -> ToHttps<S> {
        ToHttps { service, redirects: self.0 }
    }
}

impl<S, E> Service<WebRequest<E>> for ToHttps<S>
where
    S: Service<WebRequest<E>, Response = WebResponse>,
{
    type Response = WebResponse;
    type Error = S::Error;

    forward_ready!(service);

    async fn call(
        &self,
        request: WebRequest<E>,
        ctx: ServiceCtx<'_, Self>,
    ) -> Result<WebResponse, S::Error> {
        let connection = request.connection_info().clone();
        if !self.redirects || connection.scheme() == "https" {
            return ctx.call(&self.service, request).await;
        }
        let target = format!("https://{}{}", connection.host(), request.uri());
        let response = HttpResponse::PermanentRedirect().header("location", target).finish();
        Ok(request.into_response(response))
    }
}

crate::redirect!(serve);
