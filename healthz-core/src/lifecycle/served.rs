/// What a server's future yields when it has stopped, so that
/// [`Registry::serve`](crate::Registry::serve) can yield the same when it gave the server up.
///
/// Implemented for `()` (warp) and `Result<(), E>` (axum, actix-web, hyper).
pub trait Served {
    /// The end of a server that was given up: it is no error, the log says it.
    fn given_up() -> Self;
}

impl Served for () {
    fn given_up() -> Self {}
}

impl<E> Served for Result<(), E> {
    fn given_up() -> Self {
        Ok(())
    }
}
