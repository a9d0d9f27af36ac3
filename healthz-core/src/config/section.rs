use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    check::switch::Switch,
    plan::{endpoint_kind::EndpointKind, registry_error::RegistryError, setting::Setting},
    support::duration,
};

/// One table of a configuration, read key by key; what cannot be read is noted with its path, and
/// reading goes on.
///
/// Every loader has its own idea of what a value is: environment variables are text, whole or in part.
/// So a number and a truth may be text too, and a list may be text with commas.
pub(super) struct Section<'a> {
    path: String,
    entries: Map<String, Value>,
    asked: Vec<&'static str>,
    mistakes: &'a mut Vec<RegistryError>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        path: String,
        entries: Map<String, Value>,
        mistakes: &'a mut Vec<RegistryError>,
    ) -> Self {
        Self { path, entries, asked: Vec::new(), mistakes }
    }

    pub(super) fn duration(&mut self, key: &'static str) -> Option<Duration> {
        let cure = "give it a duration with its unit, as in `500ms` or `2s`";
        self.take(key, cure, |value| duration::read(value.as_str()?))
    }

    /// A duration that can be taken back.
    pub(super) fn switch(&mut self, key: &'static str) -> Option<Switch> {
        let cure = "give it a duration with its unit, as in `500ms` or `2s`, or `false`";
        self.take(key, cure, |value| match parsed(value) {
            Some(false) => Some(Switch::Off),
            _ => duration::read(value.as_str()?).map(Switch::On),
        })
    }

    pub(super) fn count(&mut self, key: &'static str) -> Option<u32> {
        self.take(key, "give it a whole number of at least 1", parsed)
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.take(key, "give it `true` or `false`", parsed)
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        self.take(key, "give it text", |value| Some(value.as_str()?.to_owned()))
    }

    pub(super) fn kind(&mut self, key: &'static str) -> Option<EndpointKind> {
        let cure = "use one of `plain`, `liveness`, `readiness`, `startup`";
        self.take(key, cure, |value| serde_json::from_value(value.clone()).ok())
    }

    pub(super) fn names(&mut self, key: &'static str) -> Option<Vec<String>> {
        self.take(key, "give it a list of names, as in `[\"database\", \"cache\"]`", names)
    }

    /// Reads a table whose keys are names, each value with `read`. A value that is a list or text
    /// stands for a table with that value under `shorthand`.
    pub(super) fn named<T>(
        &mut self,
        key: &'static str,
        shorthand: Option<&'static str>,
        read: impl Fn(Section<'_>) -> T,
    ) -> impl Iterator<Item = (String, T)> {
        let tables = self.take(key, "make it a table", |value| value.as_object().cloned());
        let mut named = Vec::new();
        for (name, value) in tables.unwrap_or_default() {
            let path = format!("{}.{name}", self.path_of(key));
            let entries = match (value, shorthand) {
                (Value::Object(entries), _) => entries,
                (Value::Null, _) => Map::new(),
                (value @ (Value::Array(_) | Value::String(_)), Some(shorthand)) => {
                    Map::from_iter([(shorthand.to_owned(), value)])
                }
                (value, _) => {
                    let cure = "make it a table";
                    let found = in_words(&value);
                    let setting = Setting::configured(path);
                    self.mistakes.push(RegistryError::InvalidValue { setting, found, cure });
                    continue;
                }
            };
            named.push((name, read(Section::new(path, entries, self.mistakes))));
        }
        named.into_iter()
    }

    /// Notes the keys that nobody asked for.
    pub(super) fn close(self) {
        for key in self.entries.keys() {
            let setting = Setting::configured(join(&self.path, key));
            self.mistakes.push(RegistryError::UnknownKey { setting, known: self.asked.clone() });
        }
    }

    fn take<T>(
        &mut self,
        key: &'static str,
        cure: &'static str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(key);
        let value = self.entries.remove(key).filter(|value| !value.is_null())?;
        let read = read(&value);
        if read.is_none() {
            let (setting, found) = (Setting::configured(self.path_of(key)), in_words(&value));
            self.mistakes.push(RegistryError::InvalidValue { setting, found, cure });
        }
        read
    }

    fn path_of(&self, key: &str) -> String {
        join(&self.path, key)
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.into() } else { format!("{path}.{key}") }
}

/// Reads a value that may be written as text.
fn parsed<T: DeserializeOwned>(value: &Value) -> Option<T> {
    match value.as_str() {
        Some(text) => serde_json::from_str(text.trim()).ok(),
        None => T::deserialize(value).ok(),
    }
}

fn names(value: &Value) -> Option<Vec<String>> {
    if let Some(text) = value.as_str() {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        return Some(names.map(str::to_owned).collect());
    }
    value.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
}

pub(super) fn in_words(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "a table".into(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
