//! What the server asks of the application's services, besides their answers.

use std::{
    cell::Cell,
    convert::Infallible,
    future::poll_fn,
    rc::Rc,
    task::{Context, Poll},
};

use healthz_core::Registry;
use ntex::{
    Middleware, Pipeline, Service, ServiceCtx, SharedCfg,
    web::{DefaultError, WebRequest, WebResponse, middleware::Logger},
};

/// How often each was asked.
#[derive(Default)]
struct Asked {
    ready: Cell<usize>,
    poll: Cell<usize>,
    shutdown: Cell<usize>,
}

struct Application(Rc<Asked>);

fn count(cell: &Cell<usize>) {
    cell.set(cell.get() + 1);
}

impl Service<WebRequest<DefaultError>> for Application {
    type Response = WebResponse;
    type Error = Infallible;

    async fn call(
        &self,
        _: WebRequest<DefaultError>,
        _: ServiceCtx<'_, Self>,
    ) -> Result<WebResponse, Infallible> {
        unreachable!("nobody sends a request")
    }

    async fn ready(&self, _: ServiceCtx<'_, Self>) -> Result<(), Infallible> {
        count(&self.0.ready);
        Ok(())
    }

    fn poll(&self, _: &mut Context<'_>) -> Result<(), Infallible> {
        count(&self.0.poll);
        Ok(())
    }

    async fn shutdown(&self) {
        count(&self.0.shutdown);
    }
}

#[ntex::test]
async fn quiet_hands_on_readiness_polls_and_the_shutdown() {
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let asked = Rc::new(Asked::default());
    let quiet = healthz_ntex::quiet(&registry, Logger::default());
    let service = quiet.create(Application(asked.clone()), SharedCfg::default());
    let pipeline = Pipeline::new(service);
    pipeline.ready::<WebRequest<DefaultError>>().await.unwrap();
    poll_fn(|cx| Poll::Ready(pipeline.poll::<WebRequest<DefaultError>>(cx))).await.unwrap();
    pipeline.shutdown::<WebRequest<DefaultError>>().await;
    assert_eq!([asked.ready.get(), asked.poll.get(), asked.shutdown.get()], [1, 1, 1]);
}
