//! Clone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use syncline_format::RepoPath;

use super::fetch::NO_BLOBS;
use super::{Direction, Remote, RemoteError, RemoteErrorKind, RemoteUrl};
use crate::folder::temporary;
use crate::git::{Git, OnProgress};
use crate::locks::git_claim::GitClaim;
use crate::{BranchName, RepoError, Repository};

/// What git locks when it checks out: the index, HEAD, and what it removes of an earlier state.
const LOCKED_BY_CHECKOUT: [&str; 8] = [
    "index.lock",
    "HEAD.lock",
    "AUTO_MERGE.lock",
    "CHERRY_PICK_HEAD.lock",
    "MERGE_HEAD.lock",
    "REVERT_HEAD.lock",
    "packed-refs.lock",
    "refs/",
];

/// What is wanted of a clone.
#[derive(Clone, Debug, Default)]
pub struct CloneOptions {
    /// The branch to check out; the remote's own choice otherwise.
    pub branch: Option<BranchName>,
    /// A repository without a folder of files, as the server keeps them.
    pub bare: bool,
    /// Only these folders, where some are named: with the files beside and above them they are all that is checked
    /// out, and of other files nothing is fetched, where the remote can leave them out.
    pub folders: Vec<RepoPath>,
    /// Settings of the new repository.
    pub settings: Vec<(String, String)>,
}

/// Why a clone was not made.
#[derive(Debug, thiserror::Error)]
pub enum CloneError {
    /// It could not be fetched, or its files could not be written.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// It was fetched, and cannot be read or must not be written to a folder.
    #[error(transparent)]
    Content(#[from] RepoError),
}

/// A clone that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloned {
    /// The branch that is checked out; of an empty remote the branch to be.
    pub branch: Option<BranchName>,
    /// Whether the remote has no commit on any branch.
    pub empty: bool,
    /// Whether everything was fetched although only folders were asked for: the remote leaves nothing out.
    pub is_whole: bool,
    /// Where the remote sent us, when its repository was renamed.
    pub redirected_to: Option<RemoteUrl>,
}

/// A clone that has everything but its files yet, so that they can be looked at before they are written. Where it
/// is dropped instead, nothing is left behind.
#[derive(Debug)]
#[must_use = "without `check_out` the clone is removed again"]
pub struct CloneWithoutFiles<'a> {
    remote: &'a Remote,
    place: Place,
    bare: bool,
    cloned: Cloned,
}

impl Remote {
    /// Clones into `folder`, which is made, or is there and empty. On an error nothing is left behind.
    /// The address that is stored holds no credentials; the remote is named `origin`.
    pub fn clone_into(
        &self,
        folder: &Path,
        options: &CloneOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<Cloned, CloneError> {
        self.clone_without_files(folder, options, on_progress)?.check_out(on_progress)
    }

    /// The same up to the files, which [`CloneWithoutFiles::check_out`] writes.
    pub fn clone_without_files(
        &self,
        folder: &Path,
        options: &CloneOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<CloneWithoutFiles<'_>, CloneError> {
        let mut place = Place::take(folder).map_err(|kind| self.about_folder(kind, folder))?;
        if !options.bare {
            place.make_beside();
        }
        let mut cloned = self.fetch_all(&place, options, on_progress)?;
        if !options.folders.is_empty() {
            cloned.is_whole = self.narrow(&place.making, options, on_progress)?;
        }
        Ok(CloneWithoutFiles { remote: self, place, bare: options.bare, cloned })
    }

    fn fetch_all(
        &self,
        Place { making: folder, own, .. }: &Place,
        options: &CloneOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<Cloned, RemoteError> {
        let mut git = Git::new(&self.environment, "clone");
        git = git.args(["--progress", "--origin", "origin", "--no-recurse-submodules", "--no-checkout"]);
        if options.bare {
            git = git.arg("--bare");
        }
        if !options.folders.is_empty() {
            git = git.arg(format!("--filter={NO_BLOBS}"));
        }
        git = git.args(options.settings.iter().map(|(key, value)| format!("--config={key}={value}")));
        let branch = options.branch.as_ref().map(BranchName::as_str);
        if let Some(branch) = branch {
            git = git.arg(format!("--branch={branch}"));
        }
        // Whoever finds what is left of a killed clone ends that git before it removes it.
        let claim = own.as_deref().and_then(|own| GitClaim::take(own, &[]));
        let git = git.operands([self.url.as_str()]).arg(folder).claim(claim);
        let outcome = self.call(git, Direction::Read, on_progress)?;
        if !outcome.output.success() {
            return Err(self.failure(&outcome, Direction::Read, branch));
        }
        let empty = outcome.output.stderr.contains("You appear to have cloned an empty repository");
        if empty && self.is_web_page(&outcome) {
            return Err(self.explained(RemoteErrorKind::NotGit, &outcome, Direction::Read, None));
        }
        Ok(Cloned {
            branch: self.branch_of(folder),
            empty,
            is_whole: false,
            redirected_to: Self::redirected_to(&outcome),
        })
    }

    /// Has only the folders checked out, and fetches what they need: every version of their files, so that their
    /// history can be read without the remote. Answers whether nothing was left at the remote.
    fn narrow(
        &self,
        dir: &Path,
        options: &CloneOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<bool, CloneError> {
        let mut repository = Repository::open(dir)?.with_environment(self.environment.clone());
        if !options.bare {
            repository.check_out_only(&options.folders)?;
        }
        let Some(commit) = repository.head()?.commit() else { return Ok(false) };
        let tree = repository.tree_of(commit)?;
        let files = repository.blobs_of(tree, None)?;
        if !files.is_empty() && repository.missing(files).is_empty() {
            repository.forget_filters()?;
            return Ok(true);
        }
        let mut wanted = BTreeSet::new();
        if options.bare {
            for folder in &options.folders {
                wanted.extend(repository.blobs_of(tree, Some(folder))?);
            }
        } else {
            wanted = repository.versions_in(&options.folders, &repository.all_tips()?, &[])?;
            wanted.extend(repository.checked_out_of(tree)?);
        }
        repository.fetch_missing_from(self, wanted, on_progress)?;
        Ok(false)
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

impl CloneWithoutFiles<'_> {
    /// Where it is until its files are written.
    pub fn made_in(&self) -> &Path {
        &self.place.making
    }

    /// Writes the files, after all of them were looked at: what no folder may hold is
    /// [`CloneError::Content`]. On an error nothing is left behind. A bare clone has none to write.
    pub fn check_out(mut self, on_progress: OnProgress<'_>) -> Result<Cloned, CloneError> {
        if !self.bare {
            self.place.move_in()?;
            self.write_files(on_progress)?;
        }
        self.place.is_kept = true;
        Ok(self.cloned.clone())
    }

    /// Git itself lets some paths through, as the spellings of `.git` that another system takes for it, and
    /// every link.
    fn write_files(&self, on_progress: OnProgress<'_>) -> Result<(), CloneError> {
        let repository = Repository::open(&self.place.folder)?;
        let Some(commit) = repository.head()?.commit() else { return Ok(()) };
        repository.refuse_ways_out(None, repository.tree_of(commit)?)?;
        let git = self.remote.git("checkout", Some(repository.git_dir()));
        let claim = GitClaim::take(repository.common_dir(), &LOCKED_BY_CHECKOUT);
        let git = git.args(["--progress", "--force", "--no-recurse-submodules"]).claim(claim);
        let outcome = self.remote.call(git, Direction::Read, on_progress)?;
        if outcome.output.success() {
            return Ok(());
        }
        Err(self.remote.failure(&outcome, Direction::Read, None).into())
    }
}

/// What was at the place of a clone before: dropped, it is like that again, unless the clone is to be kept.
#[derive(Debug)]
struct Place {
    folder: PathBuf,
    /// A folder of its own in there, which the next clone removes where this process is killed.
    own: Option<PathBuf>,
    /// Where the clone is made: at first in that folder. So `.git` is there as a whole or not at all.
    making: PathBuf,
    was_there: bool,
    is_kept: bool,
}

impl Place {
    fn take(folder: &Path) -> Result<Self, RemoteErrorKind> {
        let place = |was_there| Self {
            folder: folder.to_owned(),
            own: None,
            making: folder.to_owned(),
            was_there,
            is_kept: false,
        };
        temporary::holds_something(folder);
        match fs::read_dir(folder) {
            Ok(mut entries) => match entries.next() {
                None => Ok(place(true)),
                Some(_) => Err(RemoteErrorKind::FolderNotEmpty),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(place(false)),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                Err(RemoteErrorKind::FolderNotEmpty)
            }
            Err(_) => Err(RemoteErrorKind::Other),
        }
    }

    /// Where no folder can be made, git tries as well, and says why.
    fn make_beside(&mut self) {
        let made = fs::create_dir_all(&self.folder)
            .and_then(|()| temporary::make_in(&self.folder, &|path: &Path| fs::create_dir(path)));
        if let Ok(own) = made {
            self.making = own.join(temporary::CLONE);
            self.own = Some(own);
        }
    }

    fn move_in(&mut self) -> Result<(), RepoError> {
        let Some(own) = self.own.take() else { return Ok(()) };
        let moved = fs::rename(self.making.join(".git"), self.folder.join(".git"))
            .and_then(|()| fs::remove_dir_all(own));
        self.making.clone_from(&self.folder);
        moved.map_err(|source| RepoError::File { action: "write", path: self.folder.clone(), source })
    }
}

impl Drop for Place {
    /// Git cleans up by itself where it can; a killed one, and one that took a web page for a repository,
    /// could not. What cannot be removed stays; the error that led here is the one to tell.
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        if !self.was_there {
            let _ = fs::remove_dir_all(&self.folder);
            return;
        }
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let _ = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        }
    }
}
