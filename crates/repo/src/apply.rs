//! Writing files of the folder, as `git checkout` would, without ever overwriting what the user just typed.

use syncline_format::RepoPath;

use crate::{Entry, RepoError, Repository};

/// A file to be written or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apply {
    /// Where.
    pub path: RepoPath,
    /// What must be there now, as a snapshot saw it; `None`: nothing.
    pub expect: Option<Entry>,
    /// What is to be there; `None` removes the file, and folders that are left empty.
    pub put: Option<Entry>,
}

/// What was done.
#[derive(Debug, Default)]
pub struct ApplyReport {
    /// Written, removed, or already so.
    pub done: Vec<RepoPath>,
    /// Not as expected: the user changed it meanwhile. Not touched.
    pub changed_meanwhile: Vec<RepoPath>,
    /// Not done, and why.
    pub failed: Vec<(RepoPath, RepoError)>,
}

impl Repository {
    /// Writes files, each atomically. The index is not touched: [`update_index`](Self::update_index) is
    /// called after it.
    ///
    /// An error is only what concerns all files; what concerns one is in the report.
    pub fn apply(&self, changes: &[Apply]) -> Result<ApplyReport, RepoError> {
        todo!("{changes:?}")
    }
}
