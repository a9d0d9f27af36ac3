use std::{collections::BTreeMap, sync::Arc};

use healthz_core::Registry;

/// Which endpoints the name of a service stands for.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    endpoints: BTreeMap<Arc<str>, Endpoints>,
}

/// At most one, but for the service without a name.
pub(crate) type Endpoints = Arc<[Arc<str>]>;

/// Why a service cannot have that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// There is no such endpoint.
    #[error(
        "service `{service}`: there is no endpoint `{endpoint}`; the registry has {}",
        listed(.known)
    )]
    #[non_exhaustive]
    UnknownEndpoint {
        /// The service.
        service: String,
        /// The endpoint that was given.
        endpoint: String,
        /// The endpoints that there are.
        known: Vec<String>,
    },
    /// An endpoint has the name, or a service that was added before.
    #[error("service `{service}`: the name is taken; give every service a name of its own")]
    #[non_exhaustive]
    NameTaken {
        /// The service.
        service: String,
    },
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

impl Names {
    /// Each endpoint by its name, and the service as a whole without one.
    pub(crate) fn new(registry: &Registry) -> Self {
        let known = registry.known();
        let all = || known.endpoints().iter().map(|endpoint| Arc::<str>::from(endpoint.name()));
        let overall = known.overall().map(|endpoint| Arc::from(endpoint.name())).collect();
        let own = all().map(|name| (name.clone(), Arc::from([name])));
        Self { endpoints: own.chain([(Arc::from(""), overall)]).collect() }
    }

    /// Adds a name for an endpoint.
    pub(crate) fn add(&mut self, service: &str, endpoint: &str) -> Result<(), ServiceError> {
        // The service without a name has one by default, which may be replaced.
        if !service.is_empty() && self.endpoints.contains_key(service) {
            return Err(ServiceError::NameTaken { service: service.into() });
        }
        let Some((name, _)) = self.own().find(|(name, _)| &***name == endpoint) else {
            let known = self.own().map(|(name, _)| name.to_string()).collect();
            let (service, endpoint) = (service.into(), endpoint.into());
            return Err(ServiceError::UnknownEndpoint { service, endpoint, known });
        };
        let name = name.clone();
        self.endpoints.insert(service.into(), Arc::from([name]));
        Ok(())
    }

    pub(crate) fn find(&self, service: &str) -> Option<&Endpoints> {
        self.endpoints.get(service)
    }

    /// All names, in their order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Endpoints)> {
        self.endpoints.iter()
    }

    /// The endpoints under their own names.
    fn own(&self) -> impl Iterator<Item = (&Arc<str>, &Endpoints)> {
        self.iter().filter(|(name, endpoints)| matches!(&***endpoints, [one] if one == *name))
    }
}

#[cfg(test)]
mod tests {
    use healthz_core::RegistryBuilder;

    use super::*;

    fn names(builder: RegistryBuilder) -> Names {
        Names::new(&builder.build().expect("no mistake"))
    }

    fn overall(names: &Names) -> Vec<&str> {
        names.find("").expect("it is always there").iter().map(AsRef::as_ref).collect()
    }

    #[test]
    fn the_service_without_a_name_is_the_only_readiness_endpoint_or_all_endpoints() {
        let one = || Registry::builder().liveness("live", []).readiness("ready", []);
        assert_eq!(overall(&names(one())), ["ready"]);
        assert_eq!(overall(&names(one().readiness("also", []))), ["also", "live", "ready"]);
        assert_eq!(overall(&names(Registry::builder().liveness("live", []))), ["live"]);
        assert_eq!(overall(&names(Registry::builder())), [""; 0]);
    }

    #[test]
    fn a_mistake_in_a_name_is_told_with_its_cure() {
        let mut names = names(Registry::builder().liveness("live", []).readiness("ready", []));
        assert_eq!(names.add("my.pkg.Orders", "ready"), Ok(()));
        assert_eq!(names.add("", "live"), Ok(()));
        assert_eq!(overall(&names), ["live"]);
        let told = |mistake: Result<(), ServiceError>| mistake.expect_err("a mistake").to_string();
        assert_eq!(
            told(names.add("my.pkg.Users", "raedy")),
            "service `my.pkg.Users`: there is no endpoint `raedy`; the registry has `live`, `ready`"
        );
        assert_eq!(
            told(names.add("my.pkg.Orders", "live")),
            "service `my.pkg.Orders`: the name is taken; give every service a name of its own"
        );
        assert_eq!(
            names.add("live", "ready"),
            Err(ServiceError::NameTaken { service: "live".into() })
        );
    }
}
