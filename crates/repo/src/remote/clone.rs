//! Clone.

use std::path::Path;
use std::{fs, io};

use super::{Direction, Remote, RemoteError, RemoteErrorKind, RemoteUrl};
use crate::BranchName;
use crate::git::{Git, OnProgress};

/// What is wanted of a clone.
#[derive(Clone, Debug, Default)]
pub struct CloneOptions {
    /// The branch to check out; the remote's own choice otherwise.
    pub branch: Option<BranchName>,
    /// A repository without a folder of files, as the server keeps them.
    pub bare: bool,
}

/// A clone that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloned {
    /// The branch that is checked out; of an empty remote the branch to be.
    pub branch: Option<BranchName>,
    /// Whether the remote has no commit on any branch.
    pub empty: bool,
    /// Where the remote sent us, when its repository was renamed.
    pub redirected_to: Option<RemoteUrl>,
}

impl Remote {
    /// Clones into `folder`, which is made, or is there and empty. On an error nothing is left behind.
    /// The address that is stored holds no credentials; the remote is named `origin`.
    pub fn clone_into(
        &self,
        folder: &Path,
        options: &CloneOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<Cloned, RemoteError> {
        let place = Place::check(folder).map_err(|kind| self.about_folder(kind, folder))?;
        let cloned = self.try_clone(folder, options, on_progress);
        if cloned.is_err() {
            place.clean();
        }
        cloned
    }

    fn try_clone(
        &self,
        folder: &Path,
        options: &CloneOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<Cloned, RemoteError> {
        let mut git = Git::new(&self.environment, "clone");
        git = git.args(["--progress", "--origin", "origin", "--no-recurse-submodules"]);
        if options.bare {
            git = git.arg("--bare");
        }
        let branch = options.branch.as_ref().map(BranchName::as_str);
        if let Some(branch) = branch {
            git = git.arg(format!("--branch={branch}"));
        }
        let git = git.operands([self.url.as_str()]).arg(folder);
        let outcome = self.call(git, Direction::Read, on_progress)?;
        if !outcome.output.success() {
            return Err(self.failure(&outcome, Direction::Read, branch));
        }
        let empty = outcome.output.stderr.contains("You appear to have cloned an empty repository");
        if empty && self.is_web_page(&outcome) {
            return Err(self.explained(RemoteErrorKind::NotGit, &outcome, Direction::Read, None));
        }
        Ok(Cloned { branch: self.branch_of(folder), empty, redirected_to: Self::redirected_to(&outcome) })
    }

    fn branch_of(&self, folder: &Path) -> Option<BranchName> {
        let git = Git::new(&self.environment, "symbolic-ref").in_folder(folder);
        let output = git.args(["--quiet", "--short", "HEAD"]).run_ok().ok()?;
        BranchName::new(output.text()).ok()
    }

    fn about_folder(&self, kind: RemoteErrorKind, folder: &Path) -> RemoteError {
        let folder = folder.display();
        match kind {
            RemoteErrorKind::FolderNotEmpty => RemoteError::new(
                kind,
                Direction::Read,
                format!("`{folder}` is not empty, so {} is not cloned into it", self.url),
            )
            .hint("name another folder"),
            _ => RemoteError::new(kind, Direction::Read, format!("`{folder}` cannot be read")),
        }
    }
}

/// What was at the place of a clone before, so that a failed one leaves it like that.
struct Place<'a> {
    folder: &'a Path,
    was_there: bool,
}

impl<'a> Place<'a> {
    fn check(folder: &'a Path) -> Result<Self, RemoteErrorKind> {
        match fs::read_dir(folder) {
            Ok(mut entries) => match entries.next() {
                None => Ok(Self { folder, was_there: true }),
                Some(_) => Err(RemoteErrorKind::FolderNotEmpty),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self { folder, was_there: false }),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                Err(RemoteErrorKind::FolderNotEmpty)
            }
            Err(_) => Err(RemoteErrorKind::Other),
        }
    }

    /// Git cleans up by itself where it can; a killed one, and one that took a web page for a repository,
    /// could not. What cannot be removed stays; the error that led here is the one to tell.
    fn clean(&self) {
        if !self.was_there {
            let _ = fs::remove_dir_all(self.folder);
            return;
        }
        for entry in fs::read_dir(self.folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let _ = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        }
    }
}
