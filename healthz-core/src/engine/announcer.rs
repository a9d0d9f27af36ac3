use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    engine::fault::Fault,
    report::transition::{Transition, TransitionKind},
};

/// How long a check that stays down is left alone between two reminders.
const REMINDER: Duration = Duration::from_secs(60);

pub(crate) type Listener = Arc<dyn Fn(&Transition) + Send + Sync>;

/// What there is to tell of a check, decided under its checker's lock and told outside it.
///
/// One thread at a time tells, and others leave to it what they have: so a check never seems to
/// recover before it failed, and a listener may use the registry.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    down: Option<Downtime>,
    telling: bool,
    left: VecDeque<OutageEvent>,
}

#[derive(Debug)]
struct Downtime {
    since: Instant,
    said: Instant,
    failures: u64,
}

#[derive(Debug)]
pub(crate) enum OutageEvent {
    Failed { fault: Fault, elapsed: Duration },
    StillFailing { fault: Fault, failures: u64, downtime: Duration },
    Recovered { failures: u64, downtime: Duration },
}

impl Outage {
    pub(crate) fn is_down(&self) -> bool {
        self.down.is_some()
    }

    /// Notes a failure, and returns what the caller has to tell: `counts` is false where the failure
    /// has been counted already.
    #[must_use]
    pub(crate) fn failed(
        &mut self,
        fault: &Fault,
        now: Instant,
        elapsed: Duration,
        counts: bool,
    ) -> Option<OutageEvent> {
        let fault = || fault.clone();
        let Some(down) = &mut self.down else {
            self.down = Some(Downtime { since: now, said: now, failures: 1 });
            return self.tell(OutageEvent::Failed { fault: fault(), elapsed });
        };
        down.failures += u64::from(counts);
        if now.saturating_duration_since(down.said) < REMINDER {
            return None;
        }
        down.said = now;
        let downtime = now.saturating_duration_since(down.since);
        let failures = down.failures;
        self.tell(OutageEvent::StillFailing { fault: fault(), failures, downtime })
    }

    /// Notes a pass, and returns what the caller has to tell.
    #[must_use]
    pub(crate) fn passed(&mut self, now: Instant) -> Option<OutageEvent> {
        let Downtime { since, failures, .. } = self.down.take()?;
        let downtime = now.saturating_duration_since(since);
        self.tell(OutageEvent::Recovered { failures, downtime })
    }

    /// Returns what the caller, who has told something, has to tell next.
    #[must_use]
    pub(crate) fn next(&mut self) -> Option<OutageEvent> {
        let next = self.left.pop_front();
        self.telling = next.is_some();
        next
    }

    fn tell(&mut self, event: OutageEvent) -> Option<OutageEvent> {
        if self.telling {
            self.left.push_back(event);
            return None;
        }
        self.telling = true;
        Some(event)
    }
}

/// Tells the log and the listeners what became of a check.
#[derive(Default)]
pub(crate) struct Announcer {
    pub(crate) listeners: Vec<Listener>,
}

impl Announcer {
    /// Contains every panic, a subscriber's too: the next event is told whoever could not take this one.
    pub(crate) fn tell(&self, check: &Arc<str>, optional: bool, event: OutageEvent) {
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let Some(kind) = write(check, optional, event) else { return };
            let transition = Transition { check: check.clone(), optional, kind };
            for listener in &self.listeners {
                if catch_unwind(AssertUnwindSafe(|| listener(&transition))).is_err() {
                    let check = &**check;
                    tracing::error!(target: "healthz", check, "a transition listener panicked");
                }
            }
        }));
    }
}

/// Writes the line. Texts are given as strings, so that they come out quoted and a line break in one
/// does not look like another line; what there is nothing to say of is left out.
fn write(check: &str, optional: bool, event: OutageEvent) -> Option<TransitionKind> {
    let marked = optional.then_some(true);
    match event {
        OutageEvent::Failed { fault, elapsed } => {
            let (text, cause) = (fault.public_text(check).into_owned(), fault.cause());
            tracing::warn!(
                target: "healthz",
                check,
                optional = marked,
                text = &*text,
                cause = unless_empty(&cause),
                elapsed = ?rounded(elapsed),
                "check failed"
            );
            Some(TransitionKind::Failed { text, cause, elapsed })
        }
        OutageEvent::StillFailing { fault, failures, downtime } => {
            tracing::warn!(
                target: "healthz",
                check,
                optional = marked,
                text = &*fault.public_text(check),
                cause = unless_empty(&fault.cause()),
                failures,
                downtime = &*in_words(downtime),
                "check is still failing"
            );
            None
        }
        OutageEvent::Recovered { failures, downtime } => {
            tracing::info!(
                target: "healthz",
                check,
                optional = marked,
                failures,
                downtime = &*in_words(downtime),
                "check recovered"
            );
            Some(TransitionKind::Recovered { failures, downtime })
        }
    }
}

fn unless_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
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

    #[tokio::test(start_paused = true)]
    async fn what_happens_while_somebody_tells_is_told_next() {
        let (now, moment) = (Instant::now(), Duration::ZERO);
        let mut outage = Outage::default();
        let first = outage.failed(&Fault::Overdue, now, moment, true);
        assert!(matches!(first, Some(OutageEvent::Failed { .. })));
        assert!(outage.passed(now).is_none());
        assert!(outage.failed(&Fault::Stale, now, moment, true).is_none());
        assert!(matches!(outage.next(), Some(OutageEvent::Recovered { failures: 1, .. })));
        assert!(matches!(outage.next(), Some(OutageEvent::Failed { fault: Fault::Stale, .. })));
        assert!(outage.next().is_none());
        assert!(matches!(outage.passed(now), Some(OutageEvent::Recovered { .. })));
    }
}
