use axum::{Router, routing::any_service};
use healthz_core::Registry;

/// How many endpoints get a route of their own beside the wildcard.
///
/// A router finds a literal path at less cost than the tail of a wildcard, but `axum::serve` copies
/// every route for each new connection.
const LITERAL: usize = 8;

/// Serves everything below the registry's prefix.
///
/// Merge it into the application, or nest it: the path it answers under is then the outer path and
/// the prefix. Layers that are added to the application afterwards apply to it as to every other
/// route.
pub fn routes<S: Clone + Send + Sync + 'static>(registry: &Registry) -> Router<S> {
    // A handler would be boxed and copied for every request, and a `route_service` by every
    // `merge`.
    let endpoint = any_service(healthz_tower::routes(registry));
    let (below, others) = match registry.wildcard() {
        Some(path) => {
            let below = format!("{path}/");
            let others = vec![path.to_owned(), below.clone(), format!("{path}/{{*tail}}")];
            (Some(below), others)
        }
        None => (None, Vec::new()),
    };
    let mut left = LITERAL;
    let literal = registry.literal_paths().filter(move |path| {
        // What the wildcard does not serve needs a route of its own.
        let served = below.as_ref().is_some_and(|below| path.starts_with(below.as_str()));
        let kept = !served || left > 0;
        left = left.saturating_sub(usize::from(served));
        kept
    });
    let paths = literal.chain(others);
    paths.fold(Router::new(), |router, path| router.route(&path, endpoint.clone()))
}
