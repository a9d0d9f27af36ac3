use std::{cell::Cell, fmt};

use healthz_core::Registry;
use healthz_tower::is_quiet;
use warp::{
    Filter, Rejection, Reply,
    filters::{BoxedFilter, log::Info},
    reply::Response,
};

thread_local! {
    /// Whether the response that a logger is about to be told of is a healthy probe's. It is set
    /// and read in the same poll.
    static HEALTHY: Cell<bool> = const { Cell::new(false) };
}

/// Logs as [`warp::log()`] does, and leaves out the registry's healthy probes and
/// those that are told `Starting` or `Shutting down`.
///
/// `name` is the target of the log records.
///
/// ```
/// use healthz_core::Registry;
/// use warp::Filter;
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let api = warp::path!("hello").map(|| "hello");
/// let log = healthz_warp::log(&registry, "api");
/// let app = healthz_warp::routes(&registry).or(api).with(warp::wrap_fn(log));
/// # Ok(())
/// # }
/// ```
pub fn log<T, R>(
    registry: &Registry,
    name: &'static str,
) -> impl Fn(T) -> BoxedFilter<(Response,)> + Clone + use<T, R>
where
    T: Filter<Extract = (R,), Error: Into<Rejection>> + Clone + Send + Sync + 'static,
    R: Reply + 'static,
{
    quiet(registry, move |info| {
        log::info!(
            target: name,
            "{} \"{} {} {:?}\" {} \"{}\" \"{}\" {:?}",
            OrDash(info.remote_addr()),
            info.method(),
            info.path(),
            info.version(),
            info.status().as_u16(),
            OrDash(info.referer()),
            OrDash(info.user_agent()),
            info.elapsed(),
        );
    })
}

/// Logs as [`warp::log::custom`](warp::filters::log::custom) does, and leaves out the registry's
/// healthy probes and those that are told `Starting` or `Shutting down`.
///
/// Everything else is logged as by `custom` alone, the rest of the probes included, and its times
/// are true: the response decides. It is given to [`warp::wrap_fn`], because warp tells a logger
/// nothing of a response but its status.
///
/// ```
/// use healthz_core::Registry;
/// use warp::Filter;
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let log = healthz_warp::quiet(&registry, |info| {
///     eprintln!("{} {} {}", info.method(), info.path(), info.status());
/// });
/// let app = healthz_warp::routes(&registry).with(warp::wrap_fn(log));
/// # Ok(())
/// # }
/// ```
pub fn quiet<L, T, R>(
    registry: &Registry,
    logger: L,
) -> impl Fn(T) -> BoxedFilter<(Response,)> + Clone + use<L, T, R>
where
    L: Fn(Info<'_>) + Clone + Send + Sync + 'static,
    T: Filter<Extract = (R,), Error: Into<Rejection>> + Clone + Send + Sync + 'static,
    R: Reply + 'static,
{
    let registry = registry.clone();
    let unless_healthy = warp::log::custom(move |info: Info<'_>| {
        let healthy = HEALTHY.take() && registry.may_be_probe(info.method().as_str(), info.path());
        if !healthy {
            logger(info);
        }
    });
    move |filter: T| {
        let noted = filter.map(|reply: R| {
            let response = reply.into_response();
            HEALTHY.set(is_quiet(&response));
            response
        });
        noted.with(&unless_healthy).map(Reply::into_response).boxed()
    }
}

struct OrDash<T>(Option<T>);

impl<T: fmt::Display> fmt::Display for OrDash<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("-"),
        }
    }
}
