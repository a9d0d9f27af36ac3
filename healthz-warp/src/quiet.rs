use std::{cell::RefCell, fmt};

use healthz_core::Registry;
use warp::{
    filters::{
        log::{Info, Log},
        path::Peek,
    },
    http::{HeaderValue, Response, StatusCode},
};

thread_local! {
    /// The last healthy probe that this thread answered. It holds the bytes of its path, so that no
    /// other request can have them at the same address.
    static HEALTHY: RefCell<Option<Peek>> = const { RefCell::new(None) };
}

/// Logs as [`warp::log()`] does, and leaves out the registry's healthy probes.
///
/// `name` is the target of the log records. Unlike warp's own logger this one is `Clone` but not `Copy`:
/// to use it twice, pass it as `.with(&log)`.
///
/// ```
/// use healthz_core::Registry;
/// use warp::Filter;
///
/// # fn main() -> Result<(), healthz_core::RegistryError> {
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let api = warp::path!("hello").map(|| "hello");
/// let app = healthz_warp::routes(&registry).or(api).with(healthz_warp::log(&registry, "api"));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn log(registry: &Registry, name: &'static str) -> Log<impl Fn(Info<'_>) + Clone + use<>> {
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
/// healthy probes.
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
/// let app = healthz_warp::routes(&registry).with(log);
/// # Ok(())
/// # }
/// ```
///
/// warp tells a logger nothing of a response but its status. So our handler notes, on its thread, which
/// request it is about to give a healthy answer, and the logger looks for its own request there. It is
/// on the same thread unless a filter between the two waits for something; if that moves the request to
/// another thread, the probe is logged. No other request can be taken for it.
pub fn quiet<F>(registry: &Registry, logger: F) -> Log<impl Fn(Info<'_>) + Clone + use<F>>
where
    F: Fn(Info<'_>) + Clone,
{
    let registry = registry.clone();
    warp::log::custom(move |info| {
        let healthy = info.status() == StatusCode::OK
            && registry.may_be_probe(info.method().as_str(), info.path())
            && was_healthy(info.path());
        if !healthy {
            logger(info);
        }
    })
}

/// Tells whether a response is a healthy probe's answer, for logging filters written by hand.
///
/// No other response is, whatever its path, status and header fields say.
pub fn is_quiet<B>(response: &Response<B>) -> bool {
    let values = response.headers().values().map(HeaderValue::as_bytes);
    healthz_core::adapter::is_quiet(response.status().as_u16(), values)
}

/// Notes that the request with this path is about to get a healthy answer.
pub(crate) fn note(path: Peek) {
    HEALTHY.set(Some(path));
}

fn was_healthy(path: &str) -> bool {
    let end = |text: &str| text.as_bytes().as_ptr_range().end;
    HEALTHY
        .with_borrow(|noted| noted.as_ref().is_some_and(|noted| end(noted.as_str()) == end(path)))
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
