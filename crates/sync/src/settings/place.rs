//! Files that a setting names: by a path, a folder, or a glob.

use bstr::ByteSlice;
use globset::{GlobBuilder, GlobMatcher};
use syncline_format::RepoPath;

/// Files that are meant. The text counts as it stands, too: a path may have letters that mean something in a glob.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    path: Option<RepoPath>,
    glob: GlobMatcher,
}

impl Files {
    /// A file, a folder with all that is in it, or a glob, in which `*` stays within one name; `None` where it
    /// is none of these.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let path = RepoPath::new(text.trim_end_matches('/')).ok();
        // `./a` and `/a` would fit nothing: places begin at the top of the repository.
        if path.is_none() && text.starts_with(['/', '.']) {
            return None;
        }
        Some(Self { path, glob: glob(text).filter(|_| !text.is_empty())? })
    }

    /// Whether a file is meant.
    pub(crate) fn has(&self, path: &RepoPath) -> bool {
        self.path.as_ref().is_some_and(|own| path.is_in(own))
            || self.glob.is_match(path.as_bstr().to_path_lossy())
    }
}

/// A glob in which `*` stays between two `/`.
pub(crate) fn glob(text: &str) -> Option<GlobMatcher> {
    Some(GlobBuilder::new(text).literal_separator(true).build().ok()?.compile_matcher())
}
