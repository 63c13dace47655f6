//! Opening and making repositories.

use std::path::{Path, PathBuf};

use crate::{BranchName, RepoError};

/// An open repository.
///
/// It can be sent to another thread, and a clone is cheap: one for each thread. Clones share the new objects
/// that are not flushed yet.
#[derive(Clone)]
pub struct Repository {
    pub(crate) git: gix::Repository,
}

/// An operation of git's that is not finished: Syncline reads, and refuses to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InProgress {
    /// `git merge`.
    Merge,
    /// `git rebase`.
    Rebase,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git bisect`.
    Bisect,
    /// `git am`.
    ApplyMailbox,
}

impl Repository {
    /// Opens the repository that `dir` is in, as git finds it: the folder or one above it, or a bare one.
    pub fn open(dir: &Path) -> Result<Self, RepoError> {
        todo!("{}", dir.display())
    }

    /// Makes a repository with a work tree in `dir`, which is created when it is missing; what is there stays.
    /// The first commit will be on `branch`.
    pub fn init(dir: &Path, branch: &BranchName) -> Result<Self, RepoError> {
        todo!("{}{branch}", dir.display())
    }

    /// Makes a bare repository in `dir`, which is created when it is missing.
    pub fn init_bare(dir: &Path, branch: &BranchName) -> Result<Self, RepoError> {
        todo!("{}{branch}", dir.display())
    }

    /// Reads the configuration again, after another process changed it.
    pub fn reload(&mut self) -> Result<(), RepoError> {
        todo!()
    }

    /// The folder of this work tree's HEAD and index, as `.git`.
    pub fn git_dir(&self) -> &Path {
        self.git.git_dir()
    }

    /// The folder of objects, refs and configuration; another than [`git_dir`](Self::git_dir) in a linked
    /// work tree.
    pub fn common_dir(&self) -> &Path {
        self.git.common_dir()
    }

    /// The folder of the user's files; `None` where the repository is bare.
    pub fn work_tree(&self) -> Option<&Path> {
        self.git.workdir()
    }

    /// The operation of git's that is not finished.
    pub fn in_progress(&self) -> Option<InProgress> {
        todo!()
    }

    /// The lock files that are there, as `index.lock`: of git processes that run or that died.
    pub fn lock_files(&self) -> Vec<PathBuf> {
        todo!()
    }
}
