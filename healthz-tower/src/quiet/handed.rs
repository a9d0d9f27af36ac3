use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use crate::quiet::running::Running;

/// What a logger is put around when a request that might have been a healthy probe is none: a
/// service that has already been called.
pub struct Handed<F: Future>(Arc<Mutex<Option<Running<F>>>>);

impl<F: Future> Handed<F> {
    pub(crate) fn new(running: Running<F>) -> Self {
        Self(Arc::new(Mutex::new(Some(running))))
    }
}

impl<F: Future> Clone for Handed<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<F, B, R, E> Service<Request<B>> for Handed<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Response = Response<R>;
    type Error = E;
    type Future = Running<F>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Running<F> {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match running {
            Some(running) => running,
            None => panic!("a logger inside `quiet` calls its service once"),
        }
    }
}

impl<F: Future> fmt::Debug for Handed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handed").finish_non_exhaustive()
    }
}
