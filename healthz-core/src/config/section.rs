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
/// Every loader has its own idea of what a value is: environment variables are text, whole or in
/// part. So a number and a boolean may be text too, and a list may be text with commas. A key may
/// have `-` where the setting has `_`.
pub(super) struct Section<'a> {
    path: String,
    entries: Map<String, Value>,
    /// The key for whose value alone the whole table stands, so that its path is the table's.
    shorthand: Option<&'static str>,
    asked: Vec<&'static str>,
    mistakes: &'a mut Vec<RegistryError>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        path: String,
        entries: Map<String, Value>,
        mistakes: &'a mut Vec<RegistryError>,
    ) -> Self {
        Self { path, entries, shorthand: None, asked: Vec::new(), mistakes }
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
        self.take(key, "give it text", |value| Some(value.as_str()?.trim().to_owned()))
    }

    pub(super) fn kind(&mut self, key: &'static str) -> Option<EndpointKind> {
        let cure = "use one of `plain`, `liveness`, `readiness`, `startup`";
        self.take(key, cure, |value| serde_json::from_value(value.as_str()?.trim().into()).ok())
    }

    /// A list of names, or names in a text with commas between them; empty ones are none.
    pub(super) fn names(&mut self, key: &'static str) -> Option<Vec<String>> {
        let (typed, value) = self.entry(key)?;
        let names = match &value {
            Value::String(text) => text.split(',').map(str::to_owned).collect(),
            Value::Array(items) => self.items(&typed, items),
            _ => {
                let cure = "give it a list of names, as in `[\"database\", \"cache\"]`";
                self.refuse(self.path_of(&typed), &value, cure);
                return None;
            }
        };
        let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
        Some(names.map(str::to_owned).collect())
    }

    fn items(&mut self, typed: &str, items: &[Value]) -> Vec<String> {
        let mut names = Vec::new();
        for (at, item) in items.iter().enumerate() {
            match item {
                Value::String(name) => names.push(name.clone()),
                other => {
                    let path = format!("{}[{at}]", self.path_of(typed));
                    self.refuse(path, other, "give it the name of a check, as text");
                }
            }
        }
        names
    }

    /// Reads a table whose keys are names, each value with `read`. A value that is a list or text
    /// stands for a table with that value under `shorthand`.
    pub(super) fn named<T>(
        &mut self,
        key: &'static str,
        shorthand: Option<&'static str>,
        read: impl Fn(&mut Section<'_>) -> T,
    ) -> impl Iterator<Item = (String, T)> {
        let tables = self.take(key, "make it a table", |value| value.as_object().cloned());
        let mut named = Vec::new();
        for (name, value) in tables.unwrap_or_default() {
            let path = format!("{}.{name}", self.path_of(key));
            let (entries, shorthand) = match (value, shorthand) {
                (Value::Object(entries), _) => (entries, None),
                (Value::Null, _) => (Map::new(), None),
                (value @ (Value::Array(_) | Value::String(_)), Some(key)) => {
                    (Map::from_iter([(key.to_owned(), value)]), shorthand)
                }
                (value, _) => {
                    match split(&name, &keys(&read)) {
                        Some((owner, part)) => {
                            let meant = format!("{}.{owner}.{part}", self.path_of(key));
                            let setting = Setting::configured(path);
                            self.mistakes.push(RegistryError::SingleUnderscore { setting, meant });
                        }
                        None => self.refuse(path, &value, "make it a table"),
                    }
                    continue;
                }
            };
            let mut section = Section { shorthand, ..Section::new(path, entries, self.mistakes) };
            named.push((name, read(&mut section)));
            section.close();
        }
        named.into_iter()
    }

    /// Notes the keys that nobody asked for.
    pub(super) fn close(self) {
        for key in self.entries.keys() {
            let (setting, known) = (self.setting(key), self.asked.clone());
            self.mistakes.push(RegistryError::UnknownKey { setting, known });
        }
    }

    /// Notes those of the keys that nobody asked for whose parts have one `_` between them: a
    /// table, a name in it and a key of that name.
    pub(super) fn close_joined<T>(
        &mut self,
        table: &'static str,
        read: impl Fn(&mut Section<'_>) -> T,
    ) {
        let joined = |key: &String| key.trim_start_matches('_').starts_with(&format!("{table}_"));
        let keys = keys(&read);
        let unread: Vec<String> = self.entries.keys().filter(|key| joined(key)).cloned().collect();
        for key in unread {
            self.entries.remove(&key);
            let rest = &key.trim_start_matches('_')[table.len() + 1..];
            let meant = match split(rest, &keys) {
                Some((owner, part)) => format!("{table}.{owner}.{part}"),
                None => format!("{table}.{rest}"),
            };
            let setting = self.setting(&key);
            self.mistakes.push(RegistryError::SingleUnderscore { setting, meant });
        }
    }

    fn take<T>(
        &mut self,
        key: &'static str,
        cure: &'static str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let (typed, value) = self.entry(key)?;
        let read = read(&value);
        if read.is_none() {
            self.refuse(self.path_of(&typed), &value, cure);
        }
        read
    }

    /// The value of a key, and the key as it was typed.
    fn entry(&mut self, key: &'static str) -> Option<(String, Value)> {
        self.asked.push(key);
        let typed = [key.to_owned(), key.replace('_', "-")];
        let mut found = typed.into_iter().filter_map(|typed| {
            let value = self.entries.remove(&typed).filter(|value| !value.is_null())?;
            Some((typed, value))
        });
        let (first, second) = (found.next(), found.next());
        if let Some((typed, _)) = second {
            let setting = self.setting(&typed);
            let found = format!("there as `{key}` as well");
            let cure = "write it one way";
            self.mistakes.push(RegistryError::InvalidValue { setting, found, cure });
        }
        first
    }

    fn refuse(&mut self, path: String, value: &Value, cure: &'static str) {
        let (setting, found) = (Setting::configured(path), in_words(value));
        self.mistakes.push(RegistryError::InvalidValue { setting, found, cure });
    }

    fn setting(&self, key: &str) -> Setting {
        Setting::configured(self.path_of(key))
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.into()
        } else if self.shorthand == Some(key) {
            self.path.clone()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

/// The keys that a reader asks for.
pub(super) fn keys<T>(read: impl Fn(&mut Section<'_>) -> T) -> Vec<&'static str> {
    let mut mistakes = Vec::new();
    let mut nothing = Section::new(String::new(), Map::new(), &mut mistakes);
    read(&mut nothing);
    nothing.asked
}

/// Takes a name and one of the keys out of a text that has one `_` between them.
pub(super) fn split<'t>(joined: &'t str, keys: &[&'static str]) -> Option<(&'t str, &'static str)> {
    let ends = |key: &&'static str| {
        let owner = joined.strip_suffix(*key)?.strip_suffix('_')?;
        (!owner.is_empty()).then_some((owner, *key))
    };
    // `db_cache_failures` ends with the longer of two keys.
    keys.iter().filter_map(ends).min_by_key(|(owner, _)| owner.len())
}

/// Reads a value that may be written as text.
fn parsed<T: DeserializeOwned>(value: &Value) -> Option<T> {
    match value.as_str() {
        Some(text) => serde_json::from_str(text.trim()).ok(),
        None => T::deserialize(value).ok(),
    }
}

pub(super) fn in_words(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "a table".into(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
