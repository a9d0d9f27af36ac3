use crate::support::nearest::nearest;

/// How many names a message lists before it only counts.
const LISTED: usize = 20;

/// Names in backticks, at most 20 of them.
pub(super) fn list(names: &[String]) -> String {
    let quoted = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match names.len().saturating_sub(LISTED) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// The known name that was most likely meant, as a question; nothing if none is near.
pub(super) fn meant(name: &str, known: &[String]) -> String {
    let nearest = nearest(name, known.iter().map(String::as_str));
    nearest.map(|nearest| format!(" (did you mean `{nearest}`?)")).unwrap_or_default()
}
