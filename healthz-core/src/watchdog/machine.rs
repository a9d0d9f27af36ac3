//! Time in which nothing of the process could run, so that no worker is to blame for it.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Counts the time between samples in which the process could run.
pub(crate) struct Machine {
    /// Where the control group says for how long it was throttled; of cgroup v2 alone.
    stat: Option<PathBuf>,
    throttled: Duration,
    last: Instant,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let stat = stat();
        let throttled = stat.as_ref().and_then(read).unwrap_or_default();
        Self { stat, throttled, last: Instant::now() }
    }

    /// The time since the last call that counts: no more than was slept for, because whoever
    /// oversleeps is on a machine that is too busy, or was stopped with all the process; and less
    /// what the control group was throttled for.
    pub(crate) fn counted(&mut self, slept_for: Duration) -> Duration {
        let throttled = self.stat.as_ref().and_then(read).unwrap_or(self.throttled);
        let lost = throttled.saturating_sub(self.throttled);
        let elapsed = self.last.elapsed();
        (self.throttled, self.last) = (throttled, Instant::now());
        counted(elapsed, slept_for, lost)
    }
}

fn counted(elapsed: Duration, slept_for: Duration, throttled: Duration) -> Duration {
    elapsed.min(slept_for).saturating_sub(throttled)
}

/// The file of the process's own control group; in a container that is the root of what it sees.
fn stat() -> Option<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let root = PathBuf::from("/sys/fs/cgroup");
    let files = [root.join(own).join("cpu.stat"), root.join("cpu.stat")];
    files.into_iter().find(|file| read(file).is_some())
}

fn read(file: &PathBuf) -> Option<Duration> {
    parse(&fs::read_to_string(file).ok()?)
}

fn parse(stat: &str) -> Option<Duration> {
    let throttled = stat.lines().find_map(|line| line.strip_prefix("throttled_usec "))?;
    throttled.trim().parse().ok().map(Duration::from_micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_watchdog_overslept_and_what_was_throttled_does_not_count() {
        let ms = Duration::from_millis;
        assert_eq!(counted(ms(1001), ms(1000), ms(0)), ms(1000));
        assert_eq!(counted(ms(999), ms(1000), ms(0)), ms(999));
        assert_eq!(counted(ms(20_000), ms(1000), ms(0)), ms(1000), "stopped for 20 s");
        assert_eq!(counted(ms(1001), ms(1000), ms(900)), ms(100));
        assert_eq!(counted(ms(1001), ms(1000), ms(5000)), ms(0), "of several processors");
    }

    #[test]
    fn the_throttled_time_is_read_where_the_group_has_a_limit() {
        let stat = "usage_usec 7\nnr_periods 1\nnr_throttled 1\nthrottled_usec 1500\n";
        assert_eq!(parse(stat), Some(Duration::from_micros(1500)));
        assert_eq!(parse("usage_usec 7\nuser_usec 3\n"), None);
    }
}
