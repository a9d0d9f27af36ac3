use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};

use crate::{
    check::check_config::CheckConfig,
    config::section::{Section, in_words},
    plan::{endpoint_config::EndpointConfig, healthz_config::HealthzConfig},
};

fn config(entries: Map<String, Value>) -> HealthzConfig {
    let mut mistakes = Vec::new();
    let mut section = Section::new(String::new(), entries, &mut mistakes);
    let mut config = HealthzConfig {
        prefix: section.text("prefix"),
        budget: section.duration("budget"),
        cache: section.switch("cache"),
        drain_delay: section.duration("drain_delay"),
        hold_limit: section.duration("hold_limit"),
        stop_limit: section.duration("stop_limit"),
        endpoints: section.named("endpoints", Some("checks"), endpoint).collect(),
        checks: section.named("checks", None, check).collect(),
        mistakes: Vec::new(),
    };
    section.close_joined("endpoints", endpoint);
    section.close_joined("checks", check);
    section.close();
    config.mistakes = mistakes;
    config
}

pub(super) fn endpoint(section: &mut Section<'_>) -> EndpointConfig {
    EndpointConfig {
        kind: section.kind("kind"),
        checks: section.names("checks"),
        budget: section.duration("budget"),
        at: section.text("at"),
    }
}

fn check(section: &mut Section<'_>) -> CheckConfig {
    CheckConfig {
        optional: section.flag("optional"),
        timeout: section.duration("timeout"),
        cache: section.switch("cache"),
        cache_failures: section.switch("cache_failures"),
        every: section.switch("every"),
        max_age: section.switch("max_age"),
        fail_after: section.count("fail_after"),
        recover_after: section.count("recover_after"),
    }
}

impl<'de> Deserialize<'de> for HealthzConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(entries) => Ok(config(entries)),
            Value::Null => Ok(Self::default()),
            other => {
                let found = in_words(&other);
                Err(D::Error::custom(format_args!("the configuration is {found}: make it a table")))
            }
        }
    }
}
