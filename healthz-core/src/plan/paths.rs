use std::collections::{BTreeMap, btree_map::Entry};

use crate::plan::{
    prefix::{self, Prefix},
    registry_error::RegistryError,
    setting::Setting,
};

/// Every path under which the endpoints are served: everything below the prefix, and literal ones.
///
/// At the root nothing is below a prefix, because everything would be: there only the literal paths
/// are the registry's.
#[derive(Debug)]
pub(crate) struct Paths {
    prefix: Prefix,
    /// The tail that stands for the endpoint, by the literal path without its leading `/`.
    literal: BTreeMap<String, String>,
    /// How many segments a literal path that is not below the prefix has at most.
    depth: usize,
}

impl Paths {
    pub(super) fn new(prefix: Prefix) -> Self {
        Self { prefix, literal: BTreeMap::new(), depth: 0 }
    }

    /// Adds an endpoint, and its path beside the prefix if it has one.
    pub(super) fn add(
        &mut self,
        endpoint: &str,
        at: Option<&str>,
        mistakes: &mut Vec<RegistryError>,
    ) {
        let below = format!("{}/{endpoint}", self.prefix.as_str());
        match prefix::literal(&below) {
            Ok(()) if self.prefix.is_root() => mistakes.extend(self.add_literal(endpoint, &below)),
            Ok(()) => {
                self.literal.insert(below[1..].into(), endpoint.into());
            }
            Err(_) if self.prefix.is_root() && !endpoint.is_empty() => {
                mistakes.push(RegistryError::NotLiteral { endpoint: endpoint.into() });
            }
            Err(_) => {}
        }
        let Some(path) = at else { return };
        let invalid = |cure| {
            let setting = Setting::of_endpoint(endpoint, "at");
            RegistryError::InvalidPath { setting, path: path.to_owned(), cure }
        };
        mistakes.extend(match prefix::literal(path) {
            Err(cure) => Some(invalid(cure)),
            Ok(()) if self.prefix.tail(&path[1..]).is_some() => Some(invalid(
                "leave it out, everything below the prefix goes by the names of the endpoints",
            )),
            Ok(()) => self.add_literal(endpoint, path),
        });
    }

    /// Adds the paths of single checks, where there is no wildcard for them. Every endpoint has its
    /// paths first, and a check whose name no router takes literally has none.
    pub(super) fn add_checks(&mut self, endpoint: &str, checks: &[String]) {
        if !self.prefix.is_root() {
            return;
        }
        for check in checks {
            let path = format!("/{endpoint}/{check}");
            if prefix::literal(&path).is_ok() && !check.contains('/') {
                self.depth = self.depth.max(2);
                self.literal.entry(path[1..].into()).or_insert_with(|| path[1..].into());
            }
        }
    }

    fn add_literal(&mut self, endpoint: &str, path: &str) -> Option<RegistryError> {
        let tail = prefix::encoded(endpoint);
        self.depth = self.depth.max(path.matches('/').count());
        match self.literal.entry(path[1..].into()) {
            Entry::Vacant(free) => {
                free.insert(tail);
                None
            }
            Entry::Occupied(taken) if *taken.get() == tail => None,
            Entry::Occupied(taken) => Some(RegistryError::PathTaken {
                path: path.into(),
                endpoints: [prefix::endpoint_name(taken.get()).into(), endpoint.into()],
            }),
        }
    }

    pub(crate) fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// Each without its leading `/`.
    pub(crate) fn literal(&self) -> impl Iterator<Item = &str> {
        self.literal.keys().map(String::as_str)
    }

    /// The tail of a path without its leading `/`, which may be a name of no endpoint; `None` if
    /// the path is not the registry's.
    pub(crate) fn tail<'a>(&'a self, path: &'a str) -> Option<&'a str> {
        self.prefix.tail(path).or_else(|| self.literal.get(path).map(String::as_str))
    }

    /// The tails that a path may mean, if the registry is mounted below any other path.
    pub(crate) fn tails_anywhere<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        let below = Some(&self.prefix).filter(|prefix| !prefix.is_root());
        let below = below.into_iter().flat_map(|prefix| prefix.tails_anywhere(path));
        let ends = path.rmatch_indices('/').take(self.depth);
        let literal = ends.filter_map(|(at, _)| self.literal.get(&path[at + 1..]));
        below.chain(literal.map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(prefix: &str, endpoints: &[(&str, Option<&str>)]) -> (Paths, Vec<String>) {
        let mut paths = Paths::new(Prefix::parse(prefix).unwrap());
        let mut mistakes = Vec::new();
        for (endpoint, at) in endpoints {
            paths.add(endpoint, *at, &mut mistakes);
        }
        (paths, mistakes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_path_of_its_own_means_its_endpoint() {
        let (paths, mistakes) = paths("/healthz", &[("a b", Some("/x/livez")), ("ready", None)]);
        assert_eq!(mistakes, [""; 0]);
        assert!(paths.literal().eq(["healthz/ready", "x/livez"]));
        assert_eq!(paths.tail("x/livez"), Some("a%20b"));
        assert_eq!(paths.tail("healthz/a%20b"), Some("a%20b"));
        assert_eq!(paths.tail("healthz/nope"), Some("nope"));
        assert_eq!(paths.tail("livez"), None);
    }

    #[test]
    fn at_the_root_every_other_path_is_the_applications() {
        let (mut paths, mistakes) = paths("/", &[("livez", None), ("ready", Some("/a/ready"))]);
        assert_eq!(mistakes, [""; 0]);
        assert!(paths.literal().eq(["a/ready", "livez", "ready"]));
        assert_eq!(paths.tail("livez"), Some("livez"));
        paths.add_checks("livez", &["disk".into(), "a b".into(), "c/d".into()]);
        paths.add_checks("a", &["ready".into()]);
        assert!(paths.literal().eq(["a/ready", "livez", "livez/disk", "ready"]));
        assert_eq!(
            (paths.tail("livez/disk"), paths.tail("a/ready")),
            (Some("livez/disk"), Some("ready"))
        );
        for other in ["", "nope", "livez/", "a/livez", "liv%65z"] {
            assert_eq!(paths.tail(other), None, "{other}");
        }
        assert!(paths.tails_anywhere("/admin/livez").eq(["livez"]));
        assert!(paths.tails_anywhere("/admin/a/ready").eq(["ready", "ready"]));
        assert!(paths.tails_anywhere("/orders/7").eq([""; 0]));
    }
}
