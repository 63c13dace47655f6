//! The other work trees of a repository (`git worktree`).

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{BranchName, RepoError, Repository};

/// Where `git rebase` notes the branch that it is at work on.
pub(crate) const REBASED: [&str; 2] = ["rebase-merge/head-name", "rebase-apply/head-name"];

impl Repository {
    /// Whether this is one that `git worktree add` made beside the first.
    pub fn is_linked(&self) -> bool {
        self.git_dir() != self.common_dir()
    }

    /// The name that git gave this work tree; `None` of the first.
    pub fn linked_name(&self) -> Option<String> {
        let name = self.git_dir().file_name().filter(|_| self.is_linked());
        name.map(|name| name.to_string_lossy().into_owned())
    }

    /// The folder of the work tree of this name, where it is still there; `None` names the first.
    pub fn work_tree_named(&self, name: Option<&str>) -> Option<PathBuf> {
        let common = self.real_common_dir();
        let git_dir = name.map_or_else(|| common.clone(), |name| common.join("worktrees").join(name));
        work_tree_of(&git_dir).filter(|folder| folder.is_dir())
    }

    /// Without `..`, which the way from a linked work tree has.
    fn real_common_dir(&self) -> PathBuf {
        self.common_dir().canonicalize().unwrap_or_else(|_| self.common_dir().to_owned())
    }

    /// The folder of another work tree that is on this branch, or that git goes back to it in when it is done
    /// rebasing or bisecting.
    pub fn other_work_tree_on(&self, branch: &BranchName) -> Result<Option<PathBuf>, RepoError> {
        let common = self.real_common_dir();
        let linked = common.join("worktrees");
        // A bare repository is no folder, whatever its HEAD names.
        let is_bare = self.config_bool("core.bare").unwrap_or(false);
        let mut git_dirs = if is_bare { Vec::new() } else { vec![common] };
        if linked.is_dir() {
            let failed = |source| RepoError::File { action: "list", path: linked.clone(), source };
            for entry in fs::read_dir(&linked).map_err(failed)? {
                git_dirs.push(entry.map_err(failed)?.path());
            }
        }
        let own = self.git_dir().canonicalize().unwrap_or_else(|_| self.git_dir().to_owned());
        let other = git_dirs.into_iter().find(|git_dir| *git_dir != own && is_on(git_dir, branch));
        Ok(other.map(|git_dir| work_tree_of(&git_dir).unwrap_or(git_dir)))
    }
}

fn is_on(git_dir: &Path, branch: &BranchName) -> bool {
    let name = branch.ref_name().to_string();
    let says = |file: &str, expected: &str| {
        fs::read_to_string(git_dir.join(file)).is_ok_and(|text| text.trim_end() == expected)
    };
    says("HEAD", &format!("ref: {name}"))
        || REBASED.iter().any(|file| says(file, &name))
        || says("BISECT_START", branch.as_str())
}

/// The folder that a `.git` folder is of: a linked one is named in its `gitdir` file, the first lies around its
/// `.git`. `None` where that cannot be told, as of a bare repository.
pub(crate) fn work_tree_of(git_dir: &Path) -> Option<PathBuf> {
    let dot_git = match fs::read_to_string(git_dir.join("gitdir")) {
        Ok(path) => git_dir.join(path.trim_end()),
        Err(_) => git_dir.to_owned(),
    };
    let folder = dot_git.parent().filter(|_| dot_git.file_name() == Some(OsStr::new(".git")))?;
    Some(folder.canonicalize().unwrap_or_else(|_| folder.to_owned()))
}
