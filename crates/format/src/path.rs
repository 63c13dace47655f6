//! Paths inside a repository.

use std::fmt;

use bstr::{BStr, BString, ByteSlice};

/// A path relative to the root of a repository, with `/` between its parts.
///
/// It can not be empty, absolute, or hold `.`, `..`, an empty part, a NUL byte, or `.git` in any of the
/// spellings that some file system takes for it. Bytes need not be UTF-8, as in Git. It is no longer than
/// [`LONGEST`](Self::LONGEST), which also bounds how deep a folder can lie.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepoPath(BString);

/// Why some bytes are no [`RepoPath`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepoPathError {
    /// Nothing is left of it.
    #[error("the path is empty")]
    Empty,
    /// It begins with `/`, `\` or a drive letter.
    #[error("`{0}` is absolute")]
    Absolute(BString),
    /// A part that must not be: empty, `.`, `..`, or some spelling of `.git`.
    #[error("`{path}` has the part `{part}`, which Git does not allow")]
    Part {
        /// The whole path.
        path: BString,
        /// The part.
        part: BString,
    },
    /// It holds a NUL byte.
    #[error("`{0}` holds a NUL byte")]
    Nul(BString),
    /// It is longer than [`RepoPath::LONGEST`].
    #[error("a path that begins with `{beginning}` is longer than {} bytes", RepoPath::LONGEST)]
    TooLong {
        /// What it begins with: the whole of it would fill the screen.
        beginning: BString,
    },
}

impl RepoPath {
    /// The longest path in bytes. Linux takes none that is longer, the closing NUL left out, so that no file could
    /// be written; and who goes down a tree, level by level, comes to an end.
    pub const LONGEST: usize = 4095;

    /// Checks a path as Git stores it.
    pub fn new(path: impl AsRef<[u8]>) -> Result<Self, RepoPathError> {
        let path = path.as_ref().as_bstr();
        Self::check_length(path)?;
        if path.is_empty() {
            return Err(RepoPathError::Empty);
        }
        if path.contains(&0) {
            return Err(RepoPathError::Nul(path.to_owned()));
        }
        let drive = path.len() > 1 && path[0].is_ascii_alphabetic() && path[1] == b':';
        if matches!(path[0], b'/' | b'\\') || drive {
            return Err(RepoPathError::Absolute(path.to_owned()));
        }
        check_parts(path, path)?;
        Ok(Self(path.to_owned()))
    }

    /// The path's bytes.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bstr()
    }

    /// The last part.
    pub fn name(&self) -> &BStr {
        self.0.rsplit(|byte| *byte == b'/').next().unwrap_or_default().as_bstr()
    }

    /// All but the last part; `None` at the top.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind_byte(b'/').map(|end| Self(self.0[..end].into()))
    }

    /// What comes after the last dot of the name, in lower case.
    pub fn extension(&self) -> Option<String> {
        let name = self.name();
        let dot = name.rfind_byte(b'.').filter(|dot| *dot > 0)?;
        Some(name[dot + 1..].to_str_lossy().to_lowercase())
    }

    /// Whether this path is `folder` or lies in it.
    pub fn is_in(&self, folder: &Self) -> bool {
        self.0.strip_prefix(folder.0.as_slice()).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    }

    /// Refuses a path that is longer than [`LONGEST`](Self::LONGEST), whatever is in it.
    pub fn check_length(path: &BStr) -> Result<(), RepoPathError> {
        if path.len() <= Self::LONGEST {
            return Ok(());
        }
        Err(RepoPathError::TooLong { beginning: path[..TOLD].into() })
    }

    /// This path with more parts after it.
    pub fn join(&self, rest: impl AsRef<[u8]>) -> Result<Self, RepoPathError> {
        let rest = rest.as_ref();
        let path = BString::from([&self.0, b"/".as_slice(), rest].concat());
        Self::check_length(path.as_bstr())?;
        if rest.contains(&0) {
            return Err(RepoPathError::Nul(path));
        }
        check_parts(rest, path.as_bstr())?;
        Ok(Self(path))
    }
}

/// How much is told of a path that is too long, in bytes.
const TOLD: usize = 60;

/// Refuses parts of a path that must not be; `path` is all of it.
fn check_parts(parts: &[u8], path: &BStr) -> Result<(), RepoPathError> {
    match parts.split(|byte| *byte == b'/').find(|part| !part_is_allowed(part)) {
        Some(part) => Err(RepoPathError::Part { path: path.to_owned(), part: part.into() }),
        None => Ok(()),
    }
}

/// `.git` is refused as Git itself refuses it under `core.protectHFS` and `core.protectNTFS`: without
/// regard to case, with trailing dots and spaces, with the short name `git~1`, with an alternate data
/// stream, and with the code points that HFS+ ignores.
fn part_is_allowed(part: &[u8]) -> bool {
    if matches!(part, b"" | b"." | b"..") {
        return false;
    }
    if is_plain(part) {
        return true;
    }
    let readable: String =
        part.to_str_lossy().chars().filter(|c| !is_ignored_by_hfs(*c)).collect::<String>().to_lowercase();
    let before_stream = readable.split(':').next().unwrap_or_default();
    let bare = before_stream.trim_end_matches(['.', ' ']);
    let windows_part = readable.rsplit('\\').next() != Some(readable.as_str())
        && readable.split('\\').any(|piece| matches!(piece, ".git" | ".." | "git~1"));
    !matches!(bare, ".git" | "git~1") && !windows_part
}

/// Most names by far, told without looking closer: a workspace has a hundred thousand of them.
fn is_plain(part: &[u8]) -> bool {
    let begins = |start: &[u8]| part.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    !begins(b".git") && !begins(b"git~") && part.is_ascii() && !part.contains(&b'\\')
}

fn is_ignored_by_hfs(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_are_taken() {
        for path in
            ["a", "a/b.yaml", "with space/ü", ".gitignore", ".github/x", "a.git", "git", "a\nb", "\"q\""]
        {
            assert!(RepoPath::new(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn ways_out_of_the_folder_are_refused() {
        let bad = [
            "",
            "/etc/passwd",
            "\\x",
            "c:/x",
            "..",
            "a/../b",
            "./a",
            "a//b",
            "a/",
            ".git",
            "a/.GIT/config",
            ".git.",
            ".git ",
            "git~1",
            ".git::$INDEX_ALLOCATION",
            ".g\u{200c}it",
            "a\0b",
            "x\\..\\y",
            "x\\.git",
        ];
        for path in bad {
            assert!(RepoPath::new(path).is_err(), "{path:?}");
        }
        let folder = RepoPath::new("a").expect("valid");
        for path in bad.into_iter().filter(|path| !matches!(*path, "\\x" | "c:/x")) {
            assert!(folder.join(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn a_path_that_no_file_can_have_is_refused_and_told_in_part() {
        let longest = "d/".repeat(RepoPath::LONGEST / 2) + "f";
        let folder = RepoPath::new(&longest).expect("it is just short enough");
        let error = folder.join("x").expect_err("it is too long");
        assert_eq!(RepoPath::new(longest + "/x"), Err(error.clone()));
        assert!(error.to_string().len() < 200, "{error}");
    }

    #[test]
    fn parts() {
        let path = RepoPath::new("a/b.YAML").expect("valid");
        assert_eq!(path.name(), "b.YAML");
        assert_eq!(path.extension().as_deref(), Some("yaml"));
        assert_eq!(path.parent(), RepoPath::new("a").ok());
        assert!(path.is_in(&RepoPath::new("a").expect("valid")));
        assert!(!path.is_in(&RepoPath::new("a/b").expect("valid")));
    }
}
