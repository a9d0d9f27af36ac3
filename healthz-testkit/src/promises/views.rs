//! What readers get who ask for more than the status.

use healthz_core::{CheckExt, Registry, RegistryBuilder};

use super::{FAILING, PASSING, assert_answer, fail, live_and_down, not_setup};
use crate::{FakeCheck, Mount, Serve};

fn builder() -> RegistryBuilder {
    Registry::builder()
        .check("database", || Ok(()))
        .check("search", fail.optional())
        .check("a/b", fail)
        .liveness("live", [])
        .readiness("ready", ["database", "search"])
        .endpoint("down", ["database", "a/b"])
}

/// Answers the prefix 200 if every endpoint passes, and else with the titles of those that do not.
pub fn overview_sums_up_every_endpoint(serve: Serve) {
    let check = FakeCheck::passing();
    let registry = Registry::builder().liveness("live", []).endpoint("ready", check.clone());
    let server = serve(&registry.build().unwrap(), Mount::TOP);
    for path in ["/healthz", "/healthz/", "/healthz?x=1", "/healthz/?x=1"] {
        assert_answer(&server.get(path), 200, PASSING);
    }
    let server = serve(&live_and_down(), Mount::TOP);
    for path in ["/healthz", "/healthz/"] {
        assert_answer(&server.get(path), 503, FAILING);
        let options = server.ask("OPTIONS", path);
        assert_eq!((options.status(), options.header("allow").is_some()), (503, true));
    }
}

/// Answers for one check alone, by its endpoint's name and its own.
pub fn one_check_alone_is_answered(serve: Serve) {
    let server = serve(&builder().build().unwrap(), Mount::TOP);
    for path in ["/healthz/ready/database", "/healthz/down/d%61tabase", "/healthz/ready/search?x"] {
        assert_answer(&server.get(path), 200, PASSING);
    }
    for path in ["/healthz/down/a%2Fb", "/healthz/down/a/b"] {
        assert_answer(&server.get(path), 503, FAILING);
    }
    for tail in ["ready/nowhere", "live/database", "ready/", "ready/database/", "nowhere/database"]
    {
        assert_answer(&server.get(&format!("/healthz/{tail}")), 404, &not_setup(tail));
    }
}
