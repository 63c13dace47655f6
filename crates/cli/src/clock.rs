//! The time of day, and how it is written.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use syncline_sync::Clock;

/// The system's clock and time zone.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> (i64, i32) {
        let now = now();
        (now.as_second(), TimeZone::system().to_offset(now).seconds())
    }
}

/// The system's time.
#[expect(clippy::disallowed_methods, reason = "the program is the edge at which the time comes in")]
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// `2026-11-21 09:30 +0000`, where it was that time.
pub(crate) fn at_offset(seconds: i64, offset: i32) -> String {
    let zone = Offset::from_seconds(offset).unwrap_or(Offset::UTC).to_time_zone();
    format(seconds, zone, "%Y-%m-%d %H:%M %z")
}

/// `2026-11-21 09:30`, local time.
pub(crate) fn local(seconds: i64) -> String {
    format(seconds, TimeZone::system(), "%Y-%m-%d %H:%M")
}

/// `09:30:07`, local time, now.
pub(crate) fn time_of_day() -> String {
    format(now().as_second(), TimeZone::system(), "%H:%M:%S")
}

/// `2026-11-21T09:30:00+00:00`, for programs.
pub(crate) fn rfc3339(seconds: i64, offset: i32) -> String {
    let zone = Offset::from_seconds(offset).unwrap_or(Offset::UTC).to_time_zone();
    format(seconds, zone, "%Y-%m-%dT%H:%M:%S%:z")
}

fn format(seconds: i64, zone: TimeZone, pattern: &str) -> String {
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(zone).strftime(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_where_it_was() {
        assert_eq!(at_offset(1_700_000_000, 5400), "2023-11-14 23:43 +0130");
        assert_eq!(rfc3339(1_700_000_000, -3600), "2023-11-14T21:13:20-01:00");
    }

    #[test]
    fn nonsense_is_told_all_the_same() {
        assert_eq!(at_offset(0, i32::MAX), "1970-01-01 00:00 +0000");
    }
}
