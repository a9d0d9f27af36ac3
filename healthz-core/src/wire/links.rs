use crate::{format::shown::Links, plan::prefix::Prefix, wire::request::Request};

/// Where the page's links lead, from where the request came.
///
/// They are relative, because nobody tells where the routes are mounted.
pub(crate) fn links(prefix: &Prefix, request: &Request<'_>) -> Links {
    let last = prefix.last();
    if request.tail.is_empty() {
        let below = request.path.ends_with('/');
        let endpoints = if below { String::new() } else { format!("{last}/") };
        return Links { endpoints, ..Links::default() };
    }
    // An endpoint's own path is beside the prefix.
    if !request.path.is_empty() && !request.path.ends_with(request.tail) {
        return Links { nowhere: true, ..Links::default() };
    }
    let up = "../".repeat(request.tail.matches('/').count());
    let overview = (!prefix.is_root()).then(|| format!("{up}../{last}"));
    Links { overview, endpoints: up, nowhere: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The overview's link and what comes before an endpoint's name.
    fn links_of(prefix: &str, path: &str, tail: &str) -> (Option<String>, Option<String>) {
        let prefix = Prefix::parse(prefix).unwrap();
        let Links { overview, endpoints, nowhere } =
            links(&prefix, &Request::new("GET", tail).path(path));
        (overview, (!nowhere).then_some(endpoints))
    }

    #[test]
    fn links_lead_to_where_the_routes_are_mounted() {
        let some = |text: &str| Some(text.to_owned());
        for mount in ["", "/admin", "/a/b"] {
            let at = |path: &str, tail: &str| links_of("/x/healthz", &[mount, path].concat(), tail);
            assert_eq!(at("/x/healthz", ""), (None, some("healthz/")));
            assert_eq!(at("/x/healthz/", ""), (None, some("")));
            assert_eq!(at("/x/healthz/ready", "ready"), (some("../healthz"), some("")));
            let check = at("/x/healthz/ready/a/b", "ready/a/b");
            assert_eq!(check, (some("../../../healthz"), some("../../")));
            assert_eq!(at("/livez", "live"), (None, None));
        }
        assert_eq!(links_of("", "/readyz", "readyz"), (None, some("")));
        assert_eq!(links_of("", "/readyz/disk", "readyz/disk"), (None, some("../")));
        assert_eq!(links_of("/healthz", "", "ready"), (some("../healthz"), some("")));
    }
}
