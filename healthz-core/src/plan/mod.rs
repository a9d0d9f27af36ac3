//! What was asked for, as data.
//!
//! ```text
//!   builder ---fills---> Plan <---is laid over it--- configuration
//!                         |
//!                       parsed: every mistake is found, every default filled in
//!                         v
//!                     Blueprint ----> the registry is made of it
//! ```
//!
//! The settings of a [`Plan`] and a configuration are one type, [`HealthzConfig`], whose parts are
//! optional. A setting is written in three places: its field
//! ([`CheckConfig`](crate::config::CheckConfig), [`EndpointConfig`](endpoint_config) or
//! [`HealthzConfig`]), its reader (`config::read`) and its resolution, where the default is
//! ([`Policy`](crate::check::policy) or the [`Blueprint`]). The code's setter and a rule of
//! validation come on top where there is one. Layers are merged field by field without naming any
//! ([`Merge`]).
//!
//! Nothing here runs a check, knows what a configuration file looks like, or makes a registry.

pub(crate) mod advice;
pub(crate) mod blueprint;
pub(crate) mod endpoint;
pub(crate) mod endpoint_config;
pub(crate) mod endpoint_kind;
pub(crate) mod healthz_config;
pub(crate) mod paths;
pub(crate) mod prefix;
pub(crate) mod registry_error;
pub(crate) mod runtime_watch;
pub(crate) mod service;
pub(crate) mod setting;
mod validate;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    mem,
    sync::{Arc, OnceLock},
};

use crate::{
    check::{Check, registration::Registration},
    plan::{
        endpoint::Endpoint, endpoint_kind::EndpointKind, healthz_config::HealthzConfig,
        registry_error::RegistryError, runtime_watch::RuntimeWatch,
    },
    support::merge::Merge,
};

/// What the code asks for, and what a configuration makes of it.
#[derive(Default)]
pub(crate) struct Plan {
    /// What the code says, before any configuration is laid over it.
    pub(crate) settings: HealthzConfig,
    /// Whether the service begins before it is ready for traffic.
    pub(crate) starting: bool,
    /// How the runtime is watched, if it is.
    pub(crate) watch: Option<RuntimeWatch>,
    /// What runs when a check does, by name.
    pub(crate) checks: BTreeMap<String, Arc<dyn Check>>,
    /// The endpoints whose checks a configuration has taken away.
    pub(crate) emptied: Vec<String>,
    /// The names of the checks, for errors that list them; all of them share one list.
    known: OnceLock<Arc<[String]>>,
}

impl Plan {
    pub(crate) fn add_check(&mut self, name: String, registration: Registration) {
        let Registration { check, config } = registration;
        match self.settings.checks.entry(name.clone()) {
            Entry::Occupied(_) => {
                self.settings.mistakes.push(RegistryError::DuplicateCheck { check: name });
            }
            Entry::Vacant(free) => {
                free.insert(config);
                self.checks.insert(name, check);
            }
        }
    }

    pub(crate) fn add_endpoint(&mut self, name: String, kind: EndpointKind, endpoint: Endpoint) {
        let Endpoint { mut config, own } = endpoint;
        config.kind = Some(kind);
        if let Some(own) = own {
            config.checks = Some(vec![name.clone()]);
            self.add_check(name.clone(), own);
        }
        match self.settings.endpoints.entry(name) {
            Entry::Occupied(taken) => {
                let endpoint = taken.key().clone();
                self.settings.mistakes.push(RegistryError::DuplicateEndpoint { endpoint });
            }
            Entry::Vacant(free) => {
                free.insert(config);
            }
        }
    }

    /// Lays settings over those there are.
    pub(crate) fn lay(&mut self, over: HealthzConfig) {
        self.settings = over.over(mem::take(&mut self.settings));
    }

    pub(crate) fn known_checks(&self) -> Arc<[String]> {
        self.known.get_or_init(|| self.checks.keys().cloned().collect()).clone()
    }
}
