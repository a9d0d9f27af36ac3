use std::{borrow::Cow, time::Duration};

use crate::{
    engine::{
        fault::Fault,
        untold::{Event, Untold, What},
    },
    report::transition::{Transition, TransitionKind},
    support::quoted::{cut, quoted},
};

/// How long a public text and a cause may be in a line, as they are written there. A line stays
/// under 8 KiB.
const TEXT: usize = 2 * 1024;
const CAUSE: usize = 5 * 1024;

/// Writes the line of an event. Texts are given as strings, so that they come out quoted and a line
/// break in one does not look like another line; what does not apply is left out.
pub(crate) fn write(untold: &Untold, event: &Event) {
    let check = &*quoted(&untold.check);
    let optional = untold.optional.then_some(true);
    let skipped = (event.skipped > 0).then_some(event.skipped);
    match &event.what {
        What::Failed { fault, elapsed } => {
            let (text, cause) = texts(untold, fault);
            tracing::warn!(
                target: "healthz",
                check,
                optional,
                text = &*text,
                cause = cause.as_deref(),
                elapsed = ?rounded(*elapsed),
                skipped,
                "check failed"
            );
        }
        What::OtherReason { fault, fails } => {
            let (text, cause) = texts(untold, fault);
            let cause = cause.as_deref();
            if *fails {
                tracing::warn!(
                    target: "healthz",
                    check, optional, text = &*text, cause, skipped,
                    "check fails for another reason"
                );
            } else {
                tracing::warn!(
                    target: "healthz",
                    check, optional, text = &*text, cause, skipped,
                    "check warns for another reason"
                );
            }
        }
        What::StillFailing { fault, failures, downtime } => {
            let (text, cause) = texts(untold, fault);
            tracing::warn!(
                target: "healthz",
                check,
                optional,
                text = &*text,
                cause = cause.as_deref(),
                failures,
                downtime = &*in_words(*downtime),
                skipped,
                "check is still failing"
            );
        }
        What::Recovered { failures, downtime } => {
            let downtime = &*in_words(*downtime);
            tracing::info!(
                target: "healthz",
                check, optional, failures, downtime, skipped,
                "check recovered"
            );
        }
        What::Warned { fault } => {
            let (text, cause) = texts(untold, fault);
            let cause = cause.as_deref();
            tracing::warn!(
                target: "healthz",
                check, optional, text = &*text, cause, skipped,
                "check warns"
            );
        }
        What::Cleared { duration } => {
            let duration = &*in_words(*duration);
            tracing::info!(
                target: "healthz",
                check, optional, duration, skipped,
                "check warns no longer"
            );
        }
        What::BlockedThread { elapsed } => {
            tracing::warn!(
                target: "healthz",
                check, elapsed = ?rounded(*elapsed), skipped,
                "the check blocks the thread of whoever asks: let it await, or use check_blocking"
            );
        }
        What::AlwaysLate { elapsed } => {
            tracing::warn!(
                target: "healthz",
                check, elapsed = ?rounded(*elapsed), skipped,
                "the check is always slower than its endpoint's budget: run it with `every`, keep its \
                 results with `cache`, or give the endpoint a longer budget"
            );
        }
    }
}

/// What listeners are told of an event, if they hear of it.
pub(crate) fn transition(untold: &Untold, event: Event) -> Option<Transition> {
    let public = |fault: &Fault| fault.public_text(&untold.check).into_owned();
    let cause = |fault: &Fault| fault.cause().into_owned();
    let kind = match event.what {
        What::Failed { fault, elapsed } => {
            TransitionKind::Failed { text: public(&fault), cause: cause(&fault), elapsed }
        }
        What::OtherReason { fault, .. } => {
            TransitionKind::OtherReason { text: public(&fault), cause: cause(&fault) }
        }
        What::Recovered { failures, downtime } => TransitionKind::Recovered { failures, downtime },
        What::Warned { fault } => {
            TransitionKind::Warned { text: public(&fault), cause: cause(&fault) }
        }
        What::Cleared { duration } => TransitionKind::Cleared { duration },
        What::StillFailing { .. } | What::BlockedThread { .. } | What::AlwaysLate { .. } => {
            return None;
        }
    };
    let (check, optional) = (untold.check.clone(), untold.optional);
    Some(Transition { check, optional, skipped: event.skipped, kind })
}

/// The public text and, if there is one, the cause.
fn texts<'f>(untold: &Untold, fault: &'f Fault) -> (Cow<'f, str>, Option<String>) {
    let text = match fault.public_text(&untold.check) {
        Cow::Borrowed(text) => cut(text, TEXT),
        Cow::Owned(text) => Cow::Owned(cut(&text, TEXT).into_owned()),
    };
    let cause = cut(&fault.cause(), CAUSE).into_owned();
    (text, (!cause.is_empty()).then_some(cause))
}

/// `972µs`, `1.234ms`, `5.001s`.
fn rounded(duration: Duration) -> Duration {
    match duration.as_micros() {
        0 => duration,
        1..1_000_000 => Duration::from_micros(duration.subsec_micros().into()),
        _ => Duration::new(duration.as_secs(), duration.subsec_millis() * 1_000_000),
    }
}

/// `250ms`, `2h 3m 5s`.
fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let millis = Duration::from_millis(duration.subsec_millis().into());
    let whole = if seconds > 0 { Duration::from_secs(seconds) } else { millis };
    humantime::format_duration(whole).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_precise_as_a_reader_needs() {
        let rounded = |nanos| format!("{:?}", rounded(Duration::from_nanos(nanos)));
        assert_eq!(rounded(987), "987ns");
        assert_eq!(rounded(972_368), "972µs");
        assert_eq!(rounded(1_234_567), "1.234ms");
        assert_eq!(rounded(5_001_234_567), "5.001s");
        let in_words = |millis| in_words(Duration::from_millis(millis));
        assert_eq!(in_words(250), "250ms");
        assert_eq!(in_words(63_250), "1m 3s");
        assert_eq!(in_words(7_385_123), "2h 3m 5s");
    }
}
