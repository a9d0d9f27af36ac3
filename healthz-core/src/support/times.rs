//! Moments and durations, as the readers of the formats want them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds, to the microsecond.
pub(crate) fn millis(duration: Duration) -> f64 {
    Duration::from_micros(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)).as_secs_f64()
        * 1e3
}

/// RFC 3339 in UTC, to the millisecond: `2026-11-25T03:12:44.120Z`.
pub(crate) fn timestamp(time: SystemTime) -> String {
    // Outside the years 1970 to 9999 there is no such text.
    let end = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    humantime::format_rfc3339_millis(time.clamp(UNIX_EPOCH, end)).to_string()
}

/// Seconds since the epoch.
pub(crate) fn unix(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// .NET's `TimeSpan`, `[d.]hh:mm:ss.fffffff`.
pub(crate) fn time_span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let days = if days > 0 { format!("{days}.") } else { String::new() };
    let (minutes, ticks) = (seconds / 60 % 60, duration.subsec_nanos() / 100);
    format!("{days}{hours:02}:{minutes:02}:{:02}.{ticks:07}", seconds % 60)
}

/// Two units at most, for people: `301 ms`, `5.0 s`, `4 min 10 s`, `3 h 12 min`, `2 d 3 h`.
#[cfg_attr(not(feature = "page"), allow(dead_code, reason = "only the page reads it"))]
pub(crate) fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let two = |large: u64, unit: &str, small: u64, small_unit: &str| {
        if small == 0 {
            format!("{large} {unit}")
        } else {
            format!("{large} {unit} {small} {small_unit}")
        }
    };
    match seconds {
        0 if duration.as_millis() == 0 => "under 1 ms".into(),
        0 => format!("{} ms", duration.as_millis()),
        1..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => two(seconds / 60, "min", seconds % 60, "s"),
        3600..86_400 => two(seconds / 3600, "h", seconds / 60 % 60, "min"),
        _ => two(seconds / 86_400, "d", seconds / 3600 % 24, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_span_is_what_dot_net_parses() {
        let span = |nanos| time_span(Duration::from_nanos(nanos));
        assert_eq!(span(12_345_678), "00:00:00.0123456");
        assert_eq!(span(0), "00:00:00.0000000");
        assert_eq!(span(3_723_000_000_100), "01:02:03.0000001");
        assert_eq!(span(90_000_000_000_000), "1.01:00:00.0000000");
    }

    #[test]
    fn a_moment_is_rfc_3339_whatever_the_clock_says() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_795_576_364_120);
        assert_eq!(timestamp(moment), "2026-11-25T03:12:44.120Z");
        assert_eq!(timestamp(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01T00:00:00.000Z");
        let far = UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(timestamp(far), "9999-12-31T23:59:59.000Z");
    }

    #[test]
    fn people_read_two_units_at_most() {
        let in_words = |millis| in_words(Duration::from_millis(millis));
        assert_eq!(in_words(0), "under 1 ms");
        assert_eq!(in_words(301), "301 ms");
        assert_eq!(in_words(5_001), "5.0 s");
        assert_eq!(in_words(59_999), "59 s");
        assert_eq!(in_words(250_000), "4 min 10 s");
        assert_eq!(in_words(11_520_000), "3 h 12 min");
        assert_eq!(in_words(183_600_000), "2 d 3 h");
    }
}
