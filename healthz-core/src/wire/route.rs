use std::borrow::Cow;

use crate::{plan::prefix::endpoint_name, wire::answer::Answer};

/// How many characters of an unknown name are echoed.
const ECHOED: usize = 100;

/// Whether endpoints answer to this method.
///
/// OPTIONS is among them: `HAProxy` probes with it unless told otherwise, and takes any 2xx for
/// well.
pub(crate) fn takes(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

pub(crate) fn not_setup(name: &str) -> Answer {
    let end = name.char_indices().nth(ECHOED).map_or(name.len(), |(at, _)| at);
    let title = format!("The {} check endpoint is not setup", &name[..end]);
    Answer::refusal(404, &title)
}

/// The endpoint and the check in a tail of two names, as sent.
pub(crate) fn check_of(tail: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (endpoint, check) = tail.split_once('/')?;
    Some((endpoint_name(endpoint), endpoint_name(check)))
}
