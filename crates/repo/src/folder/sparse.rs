//! Which part of a big repository is checked out: the folders of `git sparse-checkout --cone`.

use std::collections::HashSet;
use std::fs;

use bstr::{BStr, BString, ByteSlice};
use syncline_format::RepoPath;

use crate::{Git, RepoError, Repository};

/// The folders that are checked out. Patterns that are no cone say nothing here: then the index's marks decide.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cone {
    /// With all below them.
    whole: HashSet<BString>,
    /// Only the files directly in them.
    shallow: HashSet<BString>,
}

impl Cone {
    pub(crate) fn of(repository: &Repository) -> Option<Self> {
        let is_on = |key, default| repository.config_bool(key).unwrap_or(default);
        if !is_on("core.sparseCheckout", false) || !is_on("core.sparseCheckoutCone", true) {
            return None;
        }
        Self::parse(&fs::read(repository.git_dir().join("info/sparse-checkout")).ok()?)
    }

    /// Git writes `/*` and `!/*/`, then for each folder `/a/`, and `!/a/*/` after it where only a folder in it
    /// was chosen.
    fn parse(text: &[u8]) -> Option<Self> {
        let mut cone = Self::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with(b"#")) {
            if matches!(line, b"/*" | b"!/*/") {
                continue;
            }
            if let Some(folder) = line.strip_prefix(b"!/").and_then(|rest| rest.strip_suffix(b"/*/")) {
                let folder = unescaped(folder)?;
                cone.whole.remove(&folder);
                cone.shallow.insert(folder);
            } else {
                let folder = line.strip_prefix(b"/")?.strip_suffix(b"/")?;
                cone.whole.insert(unescaped(folder)?);
            }
        }
        Some(cone)
    }

    /// Whether the file is in the part that is checked out.
    pub(crate) fn has(&self, path: &BStr) -> bool {
        let Some(end) = path.rfind_byte(b'/') else { return true };
        let folder = path[..end].as_bstr();
        let mut above = folder.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(end, _)| end);
        self.shallow.contains(folder)
            || self.whole.contains(folder)
            || above.any(|end| self.whole.contains(folder[..end].as_bstr()))
    }
}

impl Repository {
    /// Has git check out these folders, the files beside and above them, and nothing else. Which files are in the folder
    /// now stays as it is.
    pub(crate) fn check_out_only(&mut self, folders: &[RepoPath]) -> Result<(), RepoError> {
        let lines: Vec<_> = folders.iter().map(|folder| format!("{}\n", quoted(folder))).collect();
        // A sparse index only git can write: it would be expanded each time.
        let git = Git::new(&self.environment, "sparse-checkout").in_git_dir(self.git_dir());
        let git = git.args(["set", "--cone", "--no-sparse-index", "--stdin"]).stdin(lines.concat());
        git.run_ok().map_err(|error| RepoError::Config {
            action: "write",
            key: "core.sparseCheckout".to_owned(),
            source: error.into(),
        })?;
        self.reload()
    }
}

/// As git reads the line of a path: one that begins like a quoted one is quoted.
fn quoted(path: &RepoPath) -> String {
    let text = path.to_string();
    if !text.starts_with('"') {
        return text;
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A backslash takes the next byte as it is; a wildcard is no cone.
fn unescaped(pattern: &[u8]) -> Option<BString> {
    let mut plain = BString::default();
    let mut bytes = pattern.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => plain.push(*bytes.next()?),
            b'*' | b'?' | b'[' => return None,
            byte => plain.push(*byte),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_writes() {
        let text = b"/*\n!/*/\n/a/\n!/a/*/\n/a/b/\n/we ird/\n/st\\*r/\n";
        let cone = Cone::parse(text).expect("a cone");
        for inside in ["top", "a/y", "a/b/x", "a/b/c/d", "we ird/x", "st*r/x/y"] {
            assert!(cone.has(inside.into()), "{inside}");
        }
        for outside in ["a/c/z", "out/q", "a/bb/x", "b/x"] {
            assert!(!cone.has(outside.into()), "{outside}");
        }
    }

    #[test]
    fn patterns_that_are_no_cone() {
        for text in ["*.yaml\n", "/a/*.txt\n", "!/a\n", "/a\n"] {
            assert_eq!(Cone::parse(text.as_bytes()), None, "{text}");
        }
    }
}
