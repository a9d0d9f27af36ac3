use std::time::Duration;

use healthz_core::{
    CheckExt, HealthError, Registry, RegistryBuilder,
    adapter::{Answer, Request},
    check_fn,
};

/// One query for each view, the default first.
pub(crate) const VIEWS: [&str; 8] = [
    "",
    "verbose",
    "format=text",
    "format=health",
    "format=spring",
    "format=aspnet",
    "format=page",
    "format=openmetrics",
];

pub(crate) async fn ask(registry: &Registry, path: &str) -> Answer {
    ask_as(registry, path, &[]).await
}

/// Asks with header fields; `path` is the tail and may have a query.
pub(crate) async fn ask_as(registry: &Registry, path: &str, headers: &[(&str, &str)]) -> Answer {
    let (tail, query) = path.split_once('?').unwrap_or((path, ""));
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_bytes())
    };
    registry.respond(Request::new("GET", tail).query(Some(query)).headers(&header)).await
}

pub(crate) fn body(answer: &Answer) -> String {
    String::from_utf8(answer.body().to_vec()).unwrap()
}

pub(crate) fn content_type(answer: &Answer) -> &'static str {
    answer.headers().fields()[0].1
}

pub(crate) fn down() -> Result<(), HealthError> {
    Err(HealthError::new("down"))
}

/// `live` without a check, `ready` with one check of each kind, `down` with one that fails.
pub(crate) fn builder() -> RegistryBuilder {
    let slow = check_fn(async || {
        tokio::time::sleep(Duration::from_secs(60)).await;
        Ok(())
    });
    Registry::builder()
        .check("database", || Ok(()))
        .check("search", down.optional())
        .check("slow", slow.optional())
        .check("broken", down)
        .liveness("live", [])
        .readiness("ready", ["database", "search", "slow"])
        .endpoint("down", ["database", "broken"])
}

pub(crate) fn registry() -> Registry {
    builder().build().unwrap()
}
