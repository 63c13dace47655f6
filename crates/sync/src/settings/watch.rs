//! How an agent in the background goes about it: `watch.mode`, `watch.every`, `watch.quiet`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// What a time has to look like.
const EXPECTED: &str = "a time such as `20s`, `5m` or `1h`";

/// The longest time that makes sense here.
const LONGEST: Duration = Duration::from_hours(24);

/// What an agent does by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WatchMode {
    /// What changed here is committed and pushed, and what is new at the remote is merged, at once.
    #[default]
    Instant,
    /// What is new at the remote is merged at once; what changed here is committed and pushed when the agent begins,
    /// and when it ends.
    Session,
    /// Nothing: what there is to do is told.
    Manual,
}

/// How an agent goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchSettings {
    /// What it does by itself.
    pub mode: WatchMode,
    /// Between two looks at the remote.
    pub every: Duration,
    /// How long no file may have changed before the folder is looked at.
    pub quiet: Duration,
}

impl fmt::Display for WatchMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Instant => "instant",
            Self::Session => "session",
            Self::Manual => "manual",
        })
    }
}

impl FromStr for WatchMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        [Self::Instant, Self::Session, Self::Manual]
            .into_iter()
            .find(|mode| mode.to_string() == text)
            .ok_or("`instant`, `session` or `manual`")
    }
}

/// A time as people write it: a whole number with `ms`, `s`, `m` or `h`; seconds where there is none. Fails with what
/// is expected.
pub fn parse_duration(text: &str) -> Result<Duration, &'static str> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: u64 = number.parse().map_err(|_| EXPECTED)?;
    let milliseconds = match unit {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(EXPECTED),
    };
    let duration = Duration::from_millis(number.checked_mul(milliseconds).ok_or(EXPECTED)?);
    if duration.is_zero() || duration > LONGEST { Err("a time between 1ms and 24h") } else { Ok(duration) }
}

/// Fails with what a time has to look like.
pub(crate) fn is_duration(text: &str) -> Result<(), &'static str> {
    parse_duration(text).map(drop)
}

/// Fails with what a mode has to be.
pub(crate) fn is_mode(text: &str) -> Result<(), &'static str> {
    text.parse::<WatchMode>().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let milliseconds = |text: &str| parse_duration(text).map(|duration| duration.as_millis());
        assert_eq!(milliseconds("20"), Ok(20_000));
        assert_eq!(milliseconds("20s"), Ok(20_000));
        assert_eq!(milliseconds("5m"), Ok(300_000));
        assert_eq!(milliseconds("250ms"), Ok(250));
        assert_eq!(milliseconds("24h"), Ok(86_400_000));
        for wrong in [
            "",
            "s",
            "-1s",
            "1.5s",
            "1 s",
            "1d",
            "0s",
            "25h",
            "99999999999999999999h",
            "9999999999999999999h",
        ] {
            assert!(milliseconds(wrong).is_err(), "{wrong}");
        }
    }
}
