//! Why an operation was not done.

use std::path::PathBuf;

use syncline_document::{EditError, ParseError};
use syncline_format::{RepoPath, RepoPathError};
use syncline_repo::{RemoteError, RemoteErrorKind, RepoError, UrlError};

/// What went wrong, to which thing.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Something local about the repository.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// Something about the remote.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A text that is no URL.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// A path that must not be in a repository.
    #[error(transparent)]
    Path(#[from] RepoPathError),
    /// No repository here.
    #[error("`{}` is not a workspace", .0.display())]
    NotAWorkspace(PathBuf),
    /// A folder to clone into that has something in it.
    #[error("`{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A format that nobody described.
    #[error("there is no format `{0}`")]
    UnknownFormat(String),
    /// Another Syncline is at work here.
    #[error("`{owner}` is at work in this repository")]
    Locked {
        /// Who holds the lock.
        owner: String,
    },
    /// A merge, rebase or the like of git's is in progress.
    #[error("a {0} of git's is in progress")]
    InProgress(String),
    /// HEAD names no branch.
    #[error("the folder is on no branch (detached HEAD)")]
    DetachedHead,
    /// There is no commit yet.
    #[error("the branch `{0}` has no commit yet")]
    Unborn(String),
    /// The repository cannot be written by us.
    #[error("this repository cannot be written: {0}")]
    ReadOnly(String),
    /// An operation would overwrite work that is not committed.
    #[error("{} changed and not committed: {}", count(.0.len(), "file is", "files are"), names(.0))]
    Uncommitted(Vec<RepoPath>),
    /// More files would be removed than the setting allows without asking.
    #[error("{removed} of {total} files would be removed")]
    TooManyRemovals {
        /// How many are gone from the folder.
        removed: usize,
        /// How many the last commit has.
        total: usize,
    },
    /// Nothing is meant by a selector.
    #[error("nothing here is called `{0}`")]
    NothingSelected(String),
    /// A revision that names no commit.
    #[error("there is no revision `{0}`")]
    UnknownRevision(String),
    /// No such branch.
    #[error("there is no branch `{0}`")]
    UnknownBranch(String),
    /// A branch of this name is there.
    #[error("the branch `{0}` already exists")]
    BranchExists(String),
    /// A name that Git takes for no branch.
    #[error("`{0}` cannot be the name of a branch")]
    BadBranchName(String),
    /// The branch that the folder is on cannot be deleted.
    #[error("the folder is on the branch `{0}`")]
    CurrentBranch(String),
    /// A branch whose commits nothing else has.
    #[error("the branch `{name}` has {commits} that no other branch has")]
    Unmerged {
        /// The branch.
        name: String,
        /// A phrase such as `3 commits`.
        commits: String,
    },
    /// No remote is connected.
    #[error("no remote is connected")]
    NoRemote,
    /// The branch that is followed is not at the remote any more.
    #[error("`{0}` is gone from the remote")]
    UpstreamGone(String),
    /// The remote has commits that are not here.
    #[error("`{0}` has commits that are not here")]
    Behind(String),
    /// Others were first, again and again.
    #[error("others were first {0} times in a row")]
    OthersFirst(usize),
    /// No conflict has this id.
    #[error("no conflict is called `{0}`")]
    UnknownConflict(String),
    /// Several conflicts begin with this.
    #[error("more than one conflict begins with `{0}`")]
    AmbiguousConflict(String),
    /// `both` on a scalar.
    #[error("`{0}` is a single value, and can not take both")]
    BothOnScalar(String),
    /// The place of a conflict is not there any more.
    #[error("the place of conflict `{0}` is not in the file any more")]
    PlaceGone(String),
    /// A value that is no good for the field.
    #[error("this value cannot be taken: {0}")]
    BadValue(String),
    /// A file that cannot be read has to be read for this.
    #[error("`{path}` cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: RepoPath,
        /// Why.
        source: ParseError,
    },
    /// An edit that could not be made.
    #[error("`{path}` cannot be edited: {source}")]
    Edit {
        /// The file.
        path: RepoPath,
        /// Why.
        source: EditError,
    },
    /// No setting has this key.
    #[error("there is no setting `{0}`")]
    UnknownSetting(String),
    /// A value that the setting does not take.
    #[error("`{value}` is no value for `{key}`: {expected}")]
    BadSetting {
        /// The setting.
        key: String,
        /// What was given.
        value: String,
        /// What it takes.
        expected: String,
    },
    /// `.syncline.toml` cannot be read.
    #[error("`.syncline.toml` cannot be read: {0}")]
    SharedSettings(String),
    /// Something that Syncline stored itself reads wrong.
    #[error("the record `{name}` is damaged: {reason}")]
    DamagedRecord {
        /// The ref.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Reading or writing of a file of ours.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Both sides changed something outside the workspace's folder.
    #[error("both sides changed `{0}`, which is outside the workspace's folder")]
    OutsideFolder(RepoPath),
    /// A merge that a policy of `stop` forbids.
    #[error("`{0}` is changed on both sides, and the policy there is to stop")]
    Stopped(RepoPath),
    /// A folder was needed, and this is a bare repository.
    #[error("this is a bare repository, without a folder")]
    Bare,
    /// What an embedding program did not set.
    #[error("{0}")]
    Usage(String),
}

/// What a failure means for whoever asked; the command line's exit codes follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was asked makes no sense.
    Usage,
    /// Refused, nothing changed.
    Refused,
    /// The remote refused a push.
    PushRefused,
    /// Sign-in failed, or no right to read.
    SignIn,
    /// The remote could not be reached, found or trusted, or others were first too many times.
    Unreachable,
    /// The repository or a file is damaged.
    Damaged,
    /// A defect of ours.
    Defect,
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn names(paths: &[RepoPath]) -> String {
    let shown: Vec<_> = paths.iter().take(3).map(|path| format!("`{path}`")).collect();
    let rest = paths.len().saturating_sub(shown.len());
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}
