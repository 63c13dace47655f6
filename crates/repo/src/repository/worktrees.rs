//! The other work trees of a repository (`git worktree`).

use std::fs;
use std::path::{Path, PathBuf};

use crate::{BranchName, RepoError, Repository};

impl Repository {
    /// Whether this is one that `git worktree add` made beside the first.
    pub fn is_linked(&self) -> bool {
        self.git_dir() != self.common_dir()
    }

    /// The folder of another work tree that is on this branch.
    pub fn other_work_tree_on(&self, branch: &BranchName) -> Result<Option<PathBuf>, RepoError> {
        let linked = self.common_dir().join("worktrees");
        // A bare repository is no folder, whatever its HEAD names.
        let is_bare = self.config_bool("core.bare").unwrap_or(false);
        let mut git_dirs = if is_bare { Vec::new() } else { vec![self.common_dir().to_owned()] };
        if linked.is_dir() {
            let failed = |source| RepoError::File { action: "list", path: linked.clone(), source };
            for entry in fs::read_dir(&linked).map_err(failed)? {
                git_dirs.push(entry.map_err(failed)?.path());
            }
        }
        let on_branch = format!("ref: {}", branch.ref_name());
        let is_on = |git_dir: &PathBuf| {
            fs::read_to_string(git_dir.join("HEAD")).is_ok_and(|head| head.trim_end() == on_branch)
        };
        let other = git_dirs.into_iter().find(|git_dir| git_dir != self.git_dir() && is_on(git_dir));
        Ok(other.map(|git_dir| work_tree_of(&git_dir)))
    }
}

/// A linked one is named in its `gitdir` file; the first lies around its `.git`.
fn work_tree_of(git_dir: &Path) -> PathBuf {
    let linked = fs::read_to_string(git_dir.join("gitdir"));
    let dot_git = linked.map_or_else(|_| git_dir.to_owned(), |path| PathBuf::from(path.trim_end()));
    dot_git.parent().map_or_else(|| git_dir.to_owned(), Path::to_owned)
}
