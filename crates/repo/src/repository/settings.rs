//! Whether git's settings of a repository can be read.

use std::fs;
use std::io;

use crate::RepoError;

/// Refuses a repository with settings that git refuses: what is not set then, as a remote, was never taken away.
pub(super) fn refuse_unreadable(git: &gix::Repository) -> Result<(), RepoError> {
    let path = git.common_dir().join("config");
    let reason = match fs::read(&path) {
        Ok(text) => {
            // gix 0.90 takes what comes before the first section for a comment.
            first_that_is_none(&text).map(|line| io::Error::other(format!("line {line} is no setting")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(error),
    };
    match reason {
        Some(reason) => Err(RepoError::Settings { path, source: reason.into() }),
        None => Ok(()),
    }
}

/// The number of the first line before any section that is neither empty nor a comment.
fn first_that_is_none(text: &[u8]) -> Option<usize> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut lines = (1..).zip(text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii));
    let (number, line) = lines.find(|(_, line)| !matches!(line.first(), None | Some(b'#' | b';')))?;
    (line[0] != b'[').then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_takes_is_taken() {
        for text in ["", "\n\n", "# a\n ; b\n\t[core]\nx", "\u{feff}[core]", "[core] a = b", "\r\n[core]"] {
            assert_eq!(first_that_is_none(text.as_bytes()), None, "{text:?}");
        }
        for (text, line) in [("nonsense", 1), ("# a\na = b\n[core]", 2), ("\0", 1)] {
            assert_eq!(first_that_is_none(text.as_bytes()), Some(line), "{text:?}");
        }
    }
}
