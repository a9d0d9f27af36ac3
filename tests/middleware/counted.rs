//! Middleware that counts requests by their route, as exporters of metrics do.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use healthz_core::{HealthError, Registry, check_fn};
use healthz_testkit::Server;

/// Requests by route and status, and those in flight.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    answered: Arc<Mutex<BTreeMap<(String, u16), usize>>>,
    in_flight: Arc<AtomicUsize>,
}

/// Counts down when it is dropped.
pub(crate) struct InFlight(Arc<AtomicUsize>);

impl Counts {
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.fetch_add(1, Relaxed);
        InFlight(self.in_flight.clone())
    }

    /// Counts an answer; a route that the framework does not know is empty.
    pub(crate) fn end(&self, route: Option<&str>, status: u16) {
        let key = (route.unwrap_or_default().to_owned(), status);
        *self.answered.lock().unwrap().entry(key).or_default() += 1;
    }

    fn taken(&self) -> BTreeMap<(String, u16), usize> {
        self.answered.lock().unwrap().clone()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Serves the registry and counts each of its answers, or, quietly, all but those of healthy
/// probes.
pub(crate) type Serve = fn(&Registry, Counts, Counted) -> Server;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    All,
    /// The middleware is in `quiet`.
    InQuiet,
    /// The middleware asks `is_quiet`.
    UnlessQuiet,
}

fn registry(prefix: &str) -> Registry {
    let registry = Registry::builder()
        .prefix(prefix)
        .liveness("live", [])
        .readiness("ready", check_fn(async || Ok(())))
        .endpoint("caf\u{e9}", [])
        .endpoint("down", check_fn(async || Err(HealthError::new("no database"))));
    registry.build().unwrap()
}

/// Whoever asks the framework for the route gets one of a few, whatever a scanner asks for.
pub(crate) fn routes_are_of_a_bounded_set(serve: Serve) {
    let counts = Counts::default();
    let server = serve(&registry("/healthz"), counts.clone(), Counted::All);
    let mut connection = server.connect();
    for path in ["live", "ready", "down", "caf%C3%A9", "ready/", "ready/ready", "/live", ""] {
        let _ = connection.get(&format!("/healthz/{path}"));
    }
    let _ = connection.get("/healthz");
    for number in 0..200 {
        let _ = connection.get(&format!("/healthz/{number}"));
        let _ = connection.get(&format!("/healthz/{number}/wp-login.php"));
    }
    let routes: Vec<_> = counts.taken().into_keys().map(|(route, _)| route).collect();
    // The prefix with and without a slash, what is below it, and the endpoints.
    assert!(routes.len() <= 3 + 4, "{routes:?}");
    assert!(routes.iter().all(|route| route.starts_with("/healthz")), "{routes:?}");
    assert!(routes.iter().all(|route| !route.contains("wp-login")), "{routes:?}");
}

/// At the root only the endpoints are ours, and each is a route by itself.
pub(crate) fn routes_at_the_root_are_the_endpoints(serve: Serve) {
    let counts = Counts::default();
    let registry = Registry::builder().prefix("").liveness("livez", []).build().unwrap();
    let server = serve(&registry, counts.clone(), Counted::All);
    assert_eq!(server.get("/livez").status(), 200);
    assert!(counts.taken().into_keys().eq([("/livez".to_owned(), 200)]));
}

pub(crate) fn healthy_probes_are_left_out(serve: Serve, counted: Counted) {
    let counts = Counts::default();
    let server = serve(&registry("/healthz"), counts.clone(), counted);
    for path in ["live", "ready", "down"].repeat(10) {
        let _ = server.get(&format!("/healthz/{path}"));
    }
    drop(server);
    let expected = ("/healthz/down".to_owned(), 503);
    assert_eq!(counts.taken(), BTreeMap::from([(expected, 10)]));
    assert_eq!(counts.in_flight.load(Relaxed), 0);
}

macro_rules! counted {
    ($serve:ident) => {
        #[test]
        fn routes_are_of_a_bounded_set() {
            crate::counted::routes_are_of_a_bounded_set($serve);
        }

        #[test]
        fn routes_at_the_root_are_the_endpoints() {
            crate::counted::routes_at_the_root_are_the_endpoints($serve);
        }

        #[test]
        fn in_quiet_healthy_probes_are_left_out() {
            crate::counted::healthy_probes_are_left_out($serve, Counted::InQuiet);
        }

        #[test]
        fn by_is_quiet_healthy_probes_are_left_out() {
            crate::counted::healthy_probes_are_left_out($serve, Counted::UnlessQuiet);
        }
    };
}

pub(crate) use counted;
