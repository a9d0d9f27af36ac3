use std::time::{Duration, SystemTime};

use crate::report::{past_transition::PastTransition, status::Status};

/// How many slots the last hour has; a minute each.
pub(crate) const SLOTS: usize = 60;

const SLOT: Duration = Duration::from_secs(60);

/// The worst status that a check had in each minute of the last hour, from its transitions; `None`
/// before the first that is kept.
pub(crate) fn strip(history: &[PastTransition], now: SystemTime) -> [Option<Status>; SLOTS] {
    let mut slots = [None; SLOTS];
    let mut left = SLOT * 60;
    for slot in &mut slots {
        let Some(begin) = now.checked_sub(left) else { continue };
        left -= SLOT;
        let end = begin + SLOT;
        let before = history.iter().rev().find(|transition| transition.at() <= begin);
        // What happened this very moment is in the last one.
        let within = history.iter().filter(|transition| {
            transition.at() > begin && (transition.at() < end || left.is_zero())
        });
        *slot = before.into_iter().chain(within).map(PastTransition::status).max();
    }
    slots
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const NOW: u64 = 1_000_000;

    /// A strip of these transitions, each so many seconds ago.
    fn strip_of(history: &[(u64, Status)]) -> String {
        let at = |ago| UNIX_EPOCH + Duration::from_secs(NOW - ago);
        let transition = |&(ago, status)| PastTransition::new(at(ago), status, None);
        let history: Vec<_> = history.iter().map(transition).collect();
        let letter = |slot: Option<Status>| match slot {
            None => '.',
            Some(Status::Pass) => 'p',
            Some(Status::Warn) => 'w',
            Some(Status::Fail) => 'f',
        };
        strip(&history, at(0)).into_iter().map(letter).collect()
    }

    #[test]
    fn a_check_without_history_has_an_empty_strip() {
        assert_eq!(strip_of(&[]), ".".repeat(60));
    }

    #[test]
    fn what_changes_nothing_lasts() {
        assert_eq!(strip_of(&[(100_000, Status::Pass)]), "p".repeat(60));
        assert_eq!(strip_of(&[(600, Status::Pass)]), [".".repeat(50), "p".repeat(10)].concat());
    }

    #[test]
    fn a_minute_has_its_worst_status() {
        let short = [(9000, Status::Pass), (610, Status::Fail), (605, Status::Pass)];
        assert_eq!(strip_of(&short), ["p".repeat(49), "f".into(), "p".repeat(10)].concat());
        let over_the_edge = [(9000, Status::Pass), (610, Status::Warn), (595, Status::Pass)];
        let expected = ["p".repeat(49), "ww".into(), "p".repeat(9)].concat();
        assert_eq!(strip_of(&over_the_edge), expected);
    }

    #[test]
    fn what_happens_now_is_in_the_last_minute() {
        let expected = ["p".repeat(59), "f".into()].concat();
        assert_eq!(strip_of(&[(9000, Status::Pass), (0, Status::Fail)]), expected);
    }
}
