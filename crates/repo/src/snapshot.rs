//! What is in the folder that is not in a commit, as `git add` would take it.

use syncline_format::RepoPath;

use crate::{Entry, RepoError, Repository, TreeId};

/// What to look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct SnapshotOptions<'a> {
    /// What the files are compared with: HEAD's tree; `None` before the first commit.
    pub base: Option<TreeId>,
    /// Only this folder (or file).
    pub under: Option<&'a RepoPath>,
    /// Only these files.
    pub only: Option<&'a [RepoPath]>,
    /// Whether the new content is kept as blobs; otherwise ids are only computed.
    pub write: bool,
}

/// How the folder differs from a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Files that differ, in the order of their paths.
    pub changed: Vec<Changed>,
    /// What could not be taken; none of these paths, nor any below one of them, is in `changed`.
    pub trouble: Vec<Trouble>,
    /// How many files of the base are in the part that was looked at.
    pub base_files: usize,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Where.
    pub path: RepoPath,
    /// What the tree has; `None` where the file is new.
    pub before: Option<Entry>,
    /// What the folder has; `None` where the file is gone, and its folder was listed without error.
    pub after: Option<Entry>,
}

/// A file or folder that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub path: RepoPath,
    /// What kind of trouble.
    pub kind: TroubleKind,
    /// For people.
    pub reason: String,
}

/// Why something could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TroubleKind {
    /// A file or folder that cannot be read. It is not taken for removed.
    Unreadable,
    /// A file whose filter is left to git (LFS).
    Filter,
    /// A submodule or a repository in the folder, left to git.
    Repository,
    /// The content cannot be converted: not of the encoding that an attribute names.
    Encoding,
    /// A name that Git does not allow.
    Name,
    /// Both a conflict of git's that is not settled.
    Conflict,
}

impl Repository {
    /// Compares the folder with a tree. Files that Git ignores and the tree has not are left out, and so is
    /// what sparse-checkout, `skip-worktree` and `assume-unchanged` say to leave alone.
    pub fn snapshot(&self, options: &SnapshotOptions<'_>) -> Result<Snapshot, RepoError> {
        todo!("{options:?}")
    }
}
