use std::borrow::Cow;

use crate::{plan::prefix::endpoint_name, wire::answer::Answer};

/// How many characters of an unknown name are echoed.
const ECHOED: usize = 100;

/// Whether endpoints answer to this method.
///
/// OPTIONS is among them: `HAProxy` probes with it unless told otherwise, and takes any 2xx for well.
pub(crate) fn takes(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// The endpoint's name, if a request of this method and path can be a healthy probe's, wherever the
/// prefix is mounted.
pub(crate) fn may_be_probe<'a>(prefix: &str, method: &str, path: &'a str) -> Option<Cow<'a, str>> {
    let (head, tail) = path.rsplit_once('/')?;
    (head.ends_with(prefix) && takes(method)).then(|| endpoint_name(tail))
}

pub(crate) fn not_setup(name: &str) -> Answer {
    let end = name.char_indices().nth(ECHOED).map_or(name.len(), |(at, _)| at);
    let title = format!("The {} check endpoint is not setup", &name[..end]);
    Answer::refusal(404, &title)
}
