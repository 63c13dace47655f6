//! The version of git.

use std::fmt;

/// A version of git, of which the first two numbers matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitVersion {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

impl GitVersion {
    /// The oldest that Syncline works with: the first whose `credential` protocol and `--porcelain` output
    /// are those that spec/GIT-ERRORS.md was captured with.
    pub const MINIMUM: Self = Self { major: 2, minor: 41 };

    /// Reads what `git version` prints: `git version 2.47.3`, with or without a vendor's words after it.
    pub fn parse(text: &str) -> Option<Self> {
        let numbers = text.trim().strip_prefix("git version ")?;
        let mut numbers = numbers.split(|c: char| !c.is_ascii_digit());
        Some(Self { major: numbers.next()?.parse().ok()?, minor: numbers.next()?.parse().ok()? })
    }
}

impl fmt::Display for GitVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_versions_are_read() {
        for (text, major, minor) in [
            ("git version 2.47.3\n", 2, 47),
            ("git version 2.39.5 (Apple Git-154)", 2, 39),
            ("git version 2.45.1.windows.1", 2, 45),
            ("git version 3.0-rc0", 3, 0),
        ] {
            assert_eq!(GitVersion::parse(text), Some(GitVersion { major, minor }), "{text}");
        }
        assert_eq!(GitVersion::parse("hub version 1"), None);
        assert!(GitVersion { major: 2, minor: 9 } < GitVersion::MINIMUM);
        assert!(GitVersion { major: 3, minor: 0 } > GitVersion::MINIMUM);
    }
}
